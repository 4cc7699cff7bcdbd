// A plain script, as modules do not load from files: it says instead what to do.
if (location.protocol === "file:") {
  document.addEventListener("DOMContentLoaded", () => {
    const help = document.createElement("div");
    help.className = "page file-address";
    help.innerHTML = `
      <h1>T5 Playground</h1>
      <p>This page was opened as a file, and browsers do not run a page's programs from files. It needs a web server; one on this computer is enough.</p>
      <p>In a terminal, go to this folder and type one of these, then open the address that it prints:</p>
      <ul>
        <li><code>t5-playground serve .</code></li>
        <li><code>python3 -m http.server</code> (the address is <code>http://localhost:8000/</code>)</li>
      </ul>
      <p>Or put the folder on any web host.</p>
      <p lang="ko">이 페이지는 파일로 열 수 없습니다. 터미널에서 이 폴더로 가서 위의 명령 하나를 입력하고, 표시되는 주소를 여세요.</p>`;
    document.getElementById("app")?.replaceWith(help);
  });
}
