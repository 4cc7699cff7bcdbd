/** Models of the family that are known to work here, by the names of their repositories on the Hub. */

/**
 * @typedef {object} KnownModel
 * @property {string} repo
 * @property {number} n_parameters
 */

/** @type {{ key: "flan" | "lamini" | "t5" | "mt5" | "byt5" | "codet5", models: KnownModel[] }[]} */
export const KNOWN_MODELS = [
  {
    key: "flan",
    models: [
      { repo: "google/flan-t5-small", n_parameters: 77e6 },
      { repo: "google/flan-t5-base", n_parameters: 248e6 },
      { repo: "google/flan-t5-large", n_parameters: 783e6 },
      { repo: "google/flan-t5-xl", n_parameters: 2.85e9 },
    ],
  },
  {
    key: "lamini",
    models: [
      { repo: "MBZUAI/LaMini-Flan-T5-77M", n_parameters: 77e6 },
      { repo: "MBZUAI/LaMini-Flan-T5-248M", n_parameters: 248e6 },
      { repo: "MBZUAI/LaMini-Flan-T5-783M", n_parameters: 783e6 },
    ],
  },
  {
    key: "t5",
    models: [
      { repo: "google-t5/t5-small", n_parameters: 60.5e6 },
      { repo: "google-t5/t5-base", n_parameters: 223e6 },
      { repo: "google-t5/t5-large", n_parameters: 738e6 },
    ],
  },
  { key: "mt5", models: [{ repo: "google/mt5-small", n_parameters: 300e6 }, { repo: "google/mt5-base", n_parameters: 582e6 }] },
  { key: "byt5", models: [{ repo: "google/byt5-small", n_parameters: 300e6 }, { repo: "google/byt5-base", n_parameters: 582e6 }] },
  { key: "codet5", models: [{ repo: "Salesforce/codet5-small", n_parameters: 60.5e6 }, { repo: "Salesforce/codet5-base", n_parameters: 223e6 }] },
];
