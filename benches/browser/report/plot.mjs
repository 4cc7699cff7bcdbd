/** Bars, as SVG: who decodes and encodes how fast. */

/**
 * @typedef {{ label: string, value: number, isOurs: boolean }} Bar
 * @typedef {{ title: string, unit: string, bars: Bar[], line?: { label: string, value: number } }} Panel
 */

const WIDTH = 900;
const LABELS = 330;
const VALUES = 90;
const ROW = 24;
const HEAD = 56;

/**
 * @param {Panel[]} panels  one below the other
 * @returns {string} an SVG document
 */
export function plot(panels) {
  let y = 0;
  const parts = panels.map((panel) => {
    const drawn = drawPanel(panel, y);
    y += HEAD + panel.bars.length * ROW + ROW;
    return drawn;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${WIDTH}" height="${y}" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

/**
 * @param {Panel} panel
 * @param {number} top
 */
function drawPanel({ title, unit, bars, line }, top) {
  const most = Math.max(...bars.map((bar) => bar.value), line?.value ?? 0);
  const scale = (WIDTH - LABELS - VALUES) / most;
  const rows = bars.map(({ label, value, isOurs }, i) => {
    const y = top + HEAD + i * ROW;
    const width = Math.max(1, value * scale);
    return `<text x="${LABELS - 8}" y="${y + 15}" text-anchor="end" fill="#222">${escape(label)}</text>
<rect x="${LABELS}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW - 8}" fill="${isOurs ? "#1f6f8b" : "#b0b7bd"}"/>
<text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 15}" fill="#222">${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en")}</text>`;
  });
  const heading = `<text x="12" y="${top + 28}" font-size="16" font-weight="600" fill="#222">${escape(title)}</text>
<text x="12" y="${top + 46}" fill="#555">${escape(unit)}</text>`;
  if (!line) return [heading, ...rows].join("\n");
  const x = (LABELS + line.value * scale).toFixed(1);
  const bottom = top + HEAD + bars.length * ROW;
  return [
    heading,
    ...rows,
    `<line x1="${x}" x2="${x}" y1="${top + HEAD - 4}" y2="${bottom}" stroke="#b3432b" stroke-width="1.5" stroke-dasharray="5 4"/>`,
    `<text x="${x}" y="${top + HEAD - 10}" text-anchor="end" fill="#b3432b">${escape(line.label)}</text>`,
  ].join("\n");
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? "");
}
