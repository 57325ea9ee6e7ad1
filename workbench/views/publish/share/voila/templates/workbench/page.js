// The page around the notebook: theme switch, skeleton until the widgets are drawn, and a word when the session is gone.
(() => {
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);

  find(".wbt-theme").addEventListener("click", () => {
    const chosen = root.dataset.wbTheme === "dark" ? "light" : "dark";
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    root.dataset.wbTheme = chosen;
    try {
      if (chosen === system) localStorage.removeItem("workbench.theme");
      else localStorage.setItem("workbench.theme", chosen);
    } catch {
      /* kept for this page only */
    }
  });

  // Voila calls these while it runs the notebook.
  window.voila_heartbeat = () => {};
  window.voila_process = (cell, count) => {
    find("#loading_text").textContent = `Preparing the page, step ${cell} of ${count}`;
  };
  window.voila_finish = () => {
    if (!window.themeLoaded) {
      window.cellLoaded = true;
      return;
    }
    const cells = find("#rendered_cells");
    cells.style.display = "";
    cells.classList.add("wbt-veiled");
    unveil(cells);
  };

  // The skeleton stays until every visible widget has drawn itself once and no further one has come for a moment.
  function unveil(cells) {
    const started = performance.now();
    const timer = setInterval(() => look(), 50);
    let [count, since] = [0, 0];
    function look() {
      const widgets = [...cells.querySelectorAll(".wb[class*='wb-']")].filter(
        (each) => each.offsetWidth && !each.parentElement.closest(".wb"),
      );
      const drawn = widgets.length > 0 && widgets.every((each) => each.dataset.drawn !== undefined);
      const now = performance.now();
      if (!drawn || widgets.length !== count) since = now;
      count = widgets.length;
      if (now - since < 120 && now - started < (count ? 8000 : 4000)) return;
      clearInterval(timer);
      find("#loading")?.remove();
      cells.classList.remove("wbt-veiled");
      root.dataset.wbReady = String(Math.round(performance.now()));
    }
    look();
  }

  // Voila ends the kernel when the page is closed, if the page has the cookie that the list of pages sets.
  if (!/(^|; )_xsrf=/.test(document.cookie)) fetch(`${document.body.dataset.baseUrl}tree`).catch(() => {});

  // Whether the kernel of this page still lives.
  const ended = find(".wbt-ended");
  ended.querySelector("button").addEventListener("click", () => location.reload());
  async function check() {
    const config = JSON.parse(find('script#jupyter-config-data[type="application/json"]')?.textContent || "{}");
    if (!config.kernelId || document.hidden) return;
    const answer = await fetch(`${config.baseUrl}api/kernels/${encodeURIComponent(config.kernelId)}`, {
      cache: "no-store",
    }).catch(() => null);
    ended.hidden = Boolean(answer?.ok);
  }
  setInterval(check, 30000);
  document.addEventListener("visibilitychange", check);
})();
