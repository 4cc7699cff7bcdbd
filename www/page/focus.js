/** Where the focus goes when the element that has it goes away, as a button does with the form that it was in. */

/**
 * Renders; a focus that is lost by that goes to the title of the section that it was in, so that whoever uses the
 * keyboard goes on from there and not from the top of the page.
 *
 * @param {() => void} render
 */
export function keepingFocus(render) {
  const focused = document.activeElement;
  const sections = [];
  for (let at = focused?.closest("[aria-labelledby]"); at; at = at.parentElement?.closest("[aria-labelledby]")) sections.push(at);
  render();
  if (!focused || (focused.isConnected && !focused.matches(":disabled"))) return;
  const section = sections.find(({ isConnected }) => isConnected);
  const title = section && document.getElementById(section.getAttribute("aria-labelledby") ?? "");
  if (!title) return;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
}
