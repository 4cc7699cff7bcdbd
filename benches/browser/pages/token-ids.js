/**
 * The prompt of so many tokens that every peer gets: drawn by a fixed rule from the ids of words, `</s>` last.
 *
 * @param {number} nTokens
 * @returns {number[]}
 */
export function promptIds(nTokens) {
  const ids = [];
  let state = 1;
  while (ids.length < nTokens - 1) {
    // Park and Miller's generator: exact in doubles.
    state = (state * 48_271) % 2_147_483_647;
    ids.push(FIRST_WORD + (state % N_WORDS));
  }
  return [...ids, 1];
}

/** Ids of `w0`, `w1`, ... begin here, after `<pad>`, `</s>` and `<unk>`. */
export const FIRST_WORD = 3;
const N_WORDS = 32_000;
