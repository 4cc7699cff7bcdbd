// A plain script, as it is about modules that are not there. Hosts that say nothing of caching let browsers show
// a page of an earlier version, whose files are gone; loading it anew, once, asks the host for the page of today.
addEventListener("error", ({ target }) => {
  const { version } = document.documentElement.dataset;
  if (!(target instanceof HTMLScriptElement) || version === undefined || location.protocol === "file:") return;
  const KEY = "t5-playground.reloaded-as-stale";
  try {
    if (sessionStorage.getItem(KEY) === version) return;
    sessionStorage.setItem(KEY, version);
    location.reload();
  } catch {
    // Without storage there would be no end to it.
  }
}, true);
