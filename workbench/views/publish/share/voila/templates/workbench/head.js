// Before the first paint: light or dark, as the reader chose or else as the system has it, now and when that changes;
// and the access token out of the address bar.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    let kept = null;
    try {
      kept = localStorage.getItem("workbench.theme");
    } catch {
      kept = null;
    }
    document.documentElement.dataset.wbTheme = kept || (system.matches ? "dark" : "light");
  };
  follow();
  system.addEventListener("change", follow);
  const address = new URL(location.href);
  if (address.searchParams.has("token")) {
    address.searchParams.delete("token");
    history.replaceState(history.state, "", address);
  }
})();
