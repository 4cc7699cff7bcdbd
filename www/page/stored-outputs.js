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
  essay: { model: MODEL, text: "The moon is a ball of rock that circles our Earth. Its gravity pulls the oceans and makes the tides rise and fall. In 1969, Neil Armstrong became the first person to walk on it. Moonlight is really sunlight that bounces off gray dust. Without air or rivers, nothing can live up there. Still, it may become a base for longer trips into space." },
  summary: { model: MODEL, text: "#Person2# will finish the report tonight." },
  translation: { model: MODEL, text: "Meine Schwester kauft ein neues Buch." },
  code: { model: MODEL, text: "def is_even(n):\n    return n % 2 == 0" },
  entities: { model: MODEL, text: "People: Angela Merkel, Barack Obama; Places: Berlin" },
  sentiment: { model: MODEL, text: "negative" },
  passage: { model: MODEL, text: "Clara Weiss" },
  labels: { model: MODEL, text: "moon" },
  call: { model: MODEL, text: "get_weather(city=\"Lisbon\")" },
};
