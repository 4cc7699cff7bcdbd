/**
 * What a model made of the examples' prompts, shipped so that an example shows something before any
 * model has loaded. The page says which model it was; an example without an entry shows its prompt.
 *
 * @typedef {{ text: string, model: string }} StoredOutput
 * @type {Partial<Record<(typeof import("./examples.js").EXAMPLE_IDS)[number], StoredOutput>>}
 */
export const STORED_OUTPUTS = {};
