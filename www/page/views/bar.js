/** A thin bar that shows how much of something there is. */

import { svg, html, nothing } from "lit/html.js";

/**
 * Drawn, not styled, so that no inline style is needed. Past `max` the scale grows with `value`, and
 * what lies beyond the mark is hatched.
 *
 * @param {number} value
 * @param {number} max
 * @param {string} id  of the hatching, unique on the page
 */
export function barDrawing(value, max, id) {
  const whole = Math.max(value, max, 1e-9);
  const within = (Math.min(value, max) / whole) * 100;
  const total = (value / whole) * 100;
  const beyond = () => svg`
    <pattern id=${id} width="1" height="4" patternUnits="userSpaceOnUse"><rect class="bar-hatch" width="0.5" height="4" /></pattern>
    <rect class="bar-beyond" x=${within} width=${total - within} height="4" />
    <rect x=${within} width=${total - within} height="4" fill=${`url(#${id})`} />
    <rect class="bar-mark" x=${within - 0.2} width="0.4" height="4" />`;
  return html`
    <svg class="bar-drawing" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="bar-fill" width=${within} height="4" />
      ${value > max ? beyond() : nothing}
    </svg>
  `;
}
