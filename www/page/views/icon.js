/** Small line drawings; each stands beside words and is hidden from screen readers. */

import { html, svg } from "lit/html.js";

const DRAWINGS = {
  sun: svg`<circle cx="8" cy="8" r="3" /><path d="M8 1v1.5M8 13.5v1.5M1 8h1.5M13.5 8h1.5M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" />`,
  moon: svg`<path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z" />`,
  size: svg`<path d="M1.5 13 5.5 3l4 10M2.9 9.5h5.2M10 13l2.25-6 2.25 6M10.8 11h2.9" />`,
  run: svg`<path class="solid" d="M4.5 2.5v11l9-5.5z" />`,
  stop: svg`<rect class="solid" x="3.5" y="3.5" width="9" height="9" rx="1" />`,
  warning: svg`<path d="M8 2 1.5 13.5h13zM8 6.5v3.5M8 11.8v.2" />`,
  info: svg`<circle cx="8" cy="8" r="6.5" /><path d="M8 7.3v4M8 4.6v.2" />`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5" /><path d="M3.5 10.5h-1v-8h8v1" />`,
  check: svg`<path d="M2.5 8.5 6 12l7.5-8" />`,
  again: svg`<path d="M13.5 8a5.5 5.5 0 1 1-1.700-4M12.5 1.5v3h-3" />`,
};

/** @param {keyof typeof DRAWINGS} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${DRAWINGS[name]}</svg>`;
}
