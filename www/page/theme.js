// A plain script that runs before the first paint, so that the page never flashes in the wrong theme.
(() => {
  /** @type {{ theme?: string | null, size?: string }} */
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("t5-playground.settings") ?? "{}") ?? {};
  } catch {
    // Nothing kept, or storage is forbidden.
  }
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = kept.theme ?? (isDark ? "dark" : "light");
  document.documentElement.dataset.size = kept.size ?? "normal";
})();
