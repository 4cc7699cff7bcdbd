/** Name of the model, as in models/index.json. */
const MODEL = "T5 Playground small";

/**
 * What the built-in model makes of the examples' prompts, shipped so that an example shows something
 * before any model has loaded. The page says which model it was; an example without an entry shows its
 * prompt. tests/browser/examples.test.mjs runs them again.
 *
 * @typedef {{ text: string, model: string }} StoredOutput
 * @type {Partial<Record<(typeof import("./examples.js").EXAMPLE_IDS)[number], StoredOutput>>}
 */
export const STORED_OUTPUTS = {
  question: { model: MODEL, text: "Ganymede is a moon of Jupiter. It orbits Jupiter in the solar system." },
  chat: { model: MODEL, text: "Your name is Greta." },
  essay: { model: MODEL, text: "The ocean is a huge body of water, and many people like it. It is often described as deep and mysterious. Many fish and whales live in it. The ocean must be protected from plastic. It can make a day better or worse. In conclusion, it is worth our attention." },
  summary: { model: MODEL, text: "#Person2# will finish the report tonight." },
  translation: { model: MODEL, text: "Meine Schwester kauft ein neues Buch." },
  code: { model: MODEL, text: "def is_even(n):\n    return n % 2 == 0" },
  entities: { model: MODEL, text: "People: Angela Merkel, President Barack Obama; Places: Berlin" },
  sentiment: { model: MODEL, text: "negative" },
  passage: { model: MODEL, text: "Clara Weiss" },
  labels: { model: MODEL, text: "moon" },
  call: { model: MODEL, text: "get_weather(city=\"Lisbon\")" },
};
