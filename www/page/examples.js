/** One example for each use of a language model that the course names. */

import { STORED_OUTPUTS } from "./stored-outputs.js";

/**
 * @typedef {object} Example
 * @property {string} id
 * @property {string} prompt
 * @property {import("./stored-outputs.js").StoredOutput | null} output
 */

/** Their names are in the dictionary, as `example.ID`. */
export const EXAMPLE_IDS = /** @type {const} */ ([
  "question", "chat", "essay", "summary", "translation", "code", "entities", "sentiment", "passage",
]);

/** @type {Record<(typeof EXAMPLE_IDS)[number], string>} */
const PROMPTS = {
  question: "Where is Ganymede located in the solar system?",
  chat: "User: Hi! Can you help me to plan my weekend?\nAssistant:",
  essay: "Write a short essay about dogs.",
  summary:
    "Summarize the following conversation.\n\n" +
    "Anna: The report is printed, but the last page is missing.\n" +
    "Tom: I can bring the page to the library at six.\n" +
    "Anna: Good, then we staple it there and hand it in.\n" +
    "Tom: See you at six!\n\n" +
    "Summary:",
  translation: "translate English to German: The weather is nice today and we are going to the park.",
  code: "Write a Python function that returns the mean of a list of numbers.",
  entities: "Extract the named entities: Marie Curie moved from Warsaw to Paris and worked at the Sorbonne.",
  sentiment: "Classify this review: The soup was cold and the waiter was rude, we will not come back.\nSentiment:",
  passage:
    "Answer the question from the passage.\n\n" +
    "Passage: The library of Linden opened in 1987. It was paid for by Clara Weiss, who owned the paper mill, " +
    "and it holds forty thousand books.\n\n" +
    "Question: Who paid for the library?\nAnswer:",
};

/** @type {readonly Example[]} */
export const EXAMPLES = EXAMPLE_IDS.map((id) => ({ id, prompt: PROMPTS[id], output: STORED_OUTPUTS[id] ?? null }));
