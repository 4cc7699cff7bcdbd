/**
 * What other engines and machines reach with the same work: flan-t5-small's shape, 64 new tokens after a
 * prompt of 128, one thread. Measured on two cores of an AMD EPYC server with Chromium 148;
 * `./build.sh bench` measures them again.
 *
 * @type {{ name: string, types: string[], tokens_per_second: number }[]}
 */
export const REFERENCES = [
  { name: "T5 Playground, Q8_0, Chromium 148 on a 2-core server", types: ["q8_0"], tokens_per_second: 392 },
  { name: "T5 Playground, Q4_0, Chromium 148 on a 2-core server", types: ["q4_0"], tokens_per_second: 445 },
];
