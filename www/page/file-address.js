// A plain script, as modules do not load from files: it shows what to do instead.
if (location.protocol === "file:") {
  document.addEventListener("DOMContentLoaded", () => {
    const help = document.getElementById("file-address");
    if (help) help.hidden = false;
  });
}
