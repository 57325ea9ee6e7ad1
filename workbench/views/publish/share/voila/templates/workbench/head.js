// Before the first paint: light or dark, and the access token out of the address bar.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem("workbench.theme");
  } catch {
    kept = null;
  }
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.wbTheme = dark ? "dark" : "light";
  const address = new URL(location.href);
  if (address.searchParams.has("token")) {
    address.searchParams.delete("token");
    history.replaceState(history.state, "", address);
  }
})();
