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
  "question", "chat", "essay", "summary", "translation", "code", "entities", "sentiment", "passage", "labels", "call",
]);

/** @type {Record<(typeof EXAMPLE_IDS)[number], string>} */
const PROMPTS = {
  question: "Where is Ganymede located in the solar system?",
  chat:
    "User: Hi, my name is Greta.\n" +
    "Assistant: Nice to meet you, Greta!\n" +
    "User: I like hiking.\n" +
    "Assistant: Hiking is a great hobby. When did you start?\n" +
    "User: What is my name?\n" +
    "Assistant:",
  essay: "Write a short essay about the moon.",
  summary:
    "#Person1#: Have you finished the report?\n" +
    "#Person2#: Not yet. I will finish it tonight.\n" +
    "#Person1#: Okay, thank you.\n\n" +
    "Summarize this dialogue.",
  translation: "translate English to German: My sister buys a new book.",
  code: "Write a Python function that checks whether a number is even.",
  entities:
    "Identify all people and places mentioned in the news article.\n\n" +
    "Chancellor Angela Merkel met Barack Obama in Berlin on Wednesday.",
  sentiment: "Classify the sentiment: The room was dirty and the waiter was rude.",
  passage:
    "Answer the question from the passage.\n\n" +
    "Passage: The library of Linden opened in 1987. It was paid for by Clara Weiss, who owned the paper mill, " +
    "and it holds forty thousand books.\n\n" +
    "Question: Who paid for the library?\nAnswer:",
  labels:
    "Review: The soup was cold.\nLabel: moon\n\n" +
    "Review: We loved every minute.\nLabel: sun\n\n" +
    "Review: The staff was rude and slow.\nLabel:",
  call:
    "Functions:\n" +
    "send_mail(to, subject): write an email to somebody\n" +
    "get_weather(city): tell the weather in a city\n" +
    "set_alarm(time): wake somebody up\n\n" +
    "Request: What is the weather like in Lisbon?\nCall:",
};

/** @type {readonly Example[]} */
export const EXAMPLES = EXAMPLE_IDS.map((id) => ({ id, prompt: PROMPTS[id], output: STORED_OUTPUTS[id] ?? null }));
