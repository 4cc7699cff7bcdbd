/**
 * JavaScript's strings may hold halves of surrogate pairs, which stand for no character and cannot be
 * written in UTF-8. Before text crosses into the engine each becomes U+FFFD, and they are counted.
 *
 * @param {string} text
 * @returns {{ text: string, nLoneSurrogates: number }}
 */
export function wellFormed(text) {
  let nLoneSurrogates = 0;
  // With the `u` flag a pair is one character, so only halves without a partner match.
  const replaced = text.replace(/\p{Surrogate}/gu, () => {
    nLoneSurrogates += 1;
    return "\uFFFD";
  });
  return { text: replaced, nLoneSurrogates };
}
