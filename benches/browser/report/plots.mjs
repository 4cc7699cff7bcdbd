/** The plot of a run. */
import { BYTES_PER_TOKEN } from "../measure.mjs";
import { CONTENDERS } from "../contenders.mjs";
import { chosenBuild } from "./goals.mjs";
import { plot } from "./plot.mjs";
import { ceilingOf, summaryOf } from "./summary.mjs";

/** @import { Measurement } from "../measure.mjs" */

/** @param {Measurement[]} records */
export function plotOf(records) {
  const all = CONTENDERS.map((contender) => ({ contender, warm: summaryOf(records, contender.name).warm }));
  /** @type {(valueOf: (warm: typeof all[0]["warm"]) => number | null | undefined) => import("./plot.mjs").Bar[]} */
  const bars = (valueOf) => all.flatMap(({ contender, warm }) => {
    const value = valueOf(warm);
    return value ? [{ label: contender.title, value, isOurs: contender.peer === "ours" }] : [];
  });
  const ceiling = ceilingOf(records, { build: chosenBuild(records), kernel: "multiply", threads: 1, n_bytes: BYTES_PER_TOKEN });
  return plot([
    {
      title: "Decode after a 128-token prompt, warm",
      unit: "tokens a second; longer is faster",
      bars: bars((warm) => warm[128]?.tokens_per_s?.median),
      ...(ceiling ? { line: { label: "ceiling of Q8_0, 1 thread", value: ceiling.median / BYTES_PER_TOKEN } } : {}),
    },
    {
      title: "Encode 512 tokens, warm",
      unit: "tokens a second; longer is faster",
      bars: bars((warm) => warm[512]?.encode_ms && 512e3 / warm[512].encode_ms.median),
    },
  ]);
}
