// A plain script, as it is about scripts that do not come. Hosts that say nothing of caching let browsers show
// a page of an earlier version, whose files are gone; loading it anew, once, asks the host for the page of today.
// Where that does not help, the page says so: its first view can be seen, but not used.
addEventListener("error", ({ target }) => {
  if (location.protocol === "file:") return;
  if (target instanceof HTMLScriptElement) loadAnew() || tell();
  else if (target === window && document.getElementById("app")?.inert) tell();

  /** @returns {boolean} whether the page is being loaded anew, which it is once for each version of it */
  function loadAnew() {
    const { version } = document.documentElement.dataset;
    const KEY = "t5-playground.reloaded-as-stale";
    try {
      if (version === undefined || sessionStorage.getItem(KEY) === version) return false;
      sessionStorage.setItem(KEY, version);
    } catch {
      return false; // Without storage there would be no end to it.
    }
    location.reload();
    return true;
  }

  function tell() {
    if (!document.body) return document.addEventListener("DOMContentLoaded", tell, { once: true });
    if (document.getElementById("not-arrived")) return;
    const notice = document.createElement("div");
    notice.id = "not-arrived";
    notice.className = "noscript";
    notice.setAttribute("role", "alert");
    notice.innerHTML = `
      <p>A part of this page did not arrive, or this browser is too old for it. Load the page again; if that does not help, try another browser, or ask whoever put the page here whether all of its files are there.</p>
      <p lang="ko">페이지의 일부를 받지 못했거나 브라우저가 너무 오래되었습니다. 페이지를 다시 불러오고, 그래도 안 되면 다른 브라우저를 쓰거나 이 페이지를 올린 사람에게 파일이 모두 있는지 물어보세요.</p>`;
    document.body.prepend(notice);
  }
}, true);
