/**
 * What other engines and machines reach with the same work: flan-t5-small's shape, 64 new tokens after a
 * prompt of 128, one thread. Medians of `benches/RESULTS.md`: two Zen 5 cores of a server, Chromium 156,
 * relaxed-simd, all in one browser in turn; `./build.sh bench` measures them again.
 *
 * @type {{ name: string, types: string[], tokens_per_second: number }[]}
 */
export const REFERENCES = [
  { name: "T5 Playground, Q8_0, Chromium 156 on a 2-core server", types: ["q8_0"], tokens_per_second: 594 },
  { name: "T5 Playground, Q4_0, Chromium 156 on a 2-core server", types: ["q4_0"], tokens_per_second: 917 },
  { name: "transformers.js 4.3, q8, same browser and server", types: ["q8_0"], tokens_per_second: 110 },
  { name: "candle-transformers 0.11, Q8_0, same browser and server", types: ["q8_0"], tokens_per_second: 23 },
  { name: "wllama 2.4, Q8_0, same browser and server", types: ["q8_0"], tokens_per_second: 8.6 },
];
