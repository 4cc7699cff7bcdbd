#!/usr/bin/env python3
"""Writes cases.json: what Hugging Face transformers does to logits, and where it stops at strings.

    python make_processors.py       (needs torch 2.6 and transformers 4.57)

"logits": each case holds options (under the names of `GenerationConfig`), the decoder input ids so
far and random logits; and what `GenerationMixin._get_logits_processor` makes of them:
  changed        [id, score] of each token that the processors change (null for -inf); no others do
  kept           ids that are left after the warpers as well
  probabilities  softmax of the warped scores, one for each of `kept`
"stop_strings": pieces of text and, after each, what `StopStringCriteria` says.
"""

import functools
import json
import math
import platform
import random
from pathlib import Path

import torch
import transformers
from transformers import GenerationConfig
from transformers.generation import GenerationMixin, StopStringCriteria

# torch leaves the order of equal values open, and with it which of them a cut keeps; this project
# takes them in the order of their ids, as a stable sort does.
torch.sort = functools.partial(torch.sort, stable=True)

DECODER_START_TOKEN_ID, EOS_TOKEN_ID = 0, 1
PROCESSORS = ("repetition_penalty", "no_repeat_ngram_size", "bad_words_ids", "min_new_tokens")

# Options of each case, `do_sample` added to those that sample; every one is run on every shape of
# logits. `HISTORY` stands for ids taken from the case's own decoder_input_ids.
GREEDY = [
    {},
    {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.7},
    {"no_repeat_ngram_size": 1},
    {"no_repeat_ngram_size": 2},
    {"no_repeat_ngram_size": 3},
    {"min_new_tokens": 5},
    {"min_new_tokens": 12},
    {"bad_words_ids": "HISTORY"},
    {"bad_words_ids": "HISTORY", "repetition_penalty": 2.5, "no_repeat_ngram_size": 2, "min_new_tokens": 40},
]
SAMPLING = [
    {"top_k": 0},
    {},
    {"temperature": 0.3},
    {"temperature": 2.5, "top_k": 0},
    {"top_k": 1},
    {"top_k": 7},
    {"top_k": 1000},
    {"top_k": 0, "top_p": 0.9},
    {"top_k": 0, "top_p": 0.3},
    {"top_k": 0, "top_p": 0.0},
    {"top_k": 0, "min_p": 0.05},
    {"top_k": 0, "min_p": 0.0},
    {"top_k": 0, "min_p": 1.0},
    {"top_k": 0, "typical_p": 0.9},
    {"top_k": 0, "typical_p": 0.2},
    {"top_k": 0, "typical_p": 0.999},
    {"temperature": 0.7, "top_k": 40, "top_p": 0.95},
    {"temperature": 1.5, "top_p": 0.8, "min_p": 0.02, "typical_p": 0.7},
    {"temperature": 0.8, "top_k": 12, "repetition_penalty": 1.2, "no_repeat_ngram_size": 3},
    {
        "temperature": 1.1, "top_k": 30, "top_p": 0.9, "min_p": 0.01, "typical_p": 0.95,
        "repetition_penalty": 1.4, "no_repeat_ngram_size": 2, "min_new_tokens": 20,
        "bad_words_ids": "HISTORY",
    },
]


def random_options(rng: random.Random) -> dict:
    """Each option with an even chance, so that many are met together."""
    values = {
        "temperature": [0.5, 0.9, 1.7], "top_k": [0, 3, 20], "top_p": [0.5, 0.85, 0.99],
        "min_p": [0.001, 0.1, 0.3], "typical_p": [0.3, 0.6, 0.97], "repetition_penalty": [0.8, 1.1, 3.0],
        "no_repeat_ngram_size": [1, 2, 4], "min_new_tokens": [3, 16], "bad_words_ids": ["HISTORY"],
    }
    return {name: rng.choice(choices) for name, choices in values.items() if rng.random() < 0.5}


def make_logits(shape: str, n_vocab: int, generator: torch.Generator) -> torch.Tensor:
    """Random logits of the named shape, (V,), f32, with few digits so that the file stays small."""
    scale = {"flat": 0.2, "plain": 3.0, "peaky": 3.0, "ties": 1.5, "excluded": 3.0}.get(shape, 0.0)
    logits = torch.randn(n_vocab, generator=generator) * scale
    if shape == "peaky":
        logits[torch.randint(n_vocab, (1,), generator=generator)] = 14.0
    if shape == "excluded":
        logits[torch.rand(n_vocab, generator=generator) < 0.4] = -math.inf
    n_digits = 0 if shape == "ties" else 3
    return torch.tensor([round(x, n_digits) if math.isfinite(x) else x for x in logits.tolist()])


def make_history(n_vocab: int, length: int, rng: random.Random) -> list[int]:
    """decoder_start_token_id and `length` ids out of few, so that n-grams repeat."""
    few = rng.sample(range(2, n_vocab), 5)
    return [DECODER_START_TOKEN_ID] + [rng.choice(few) for _ in range(length)]


def bad_words_of(history: list[int], n_vocab: int, rng: random.Random) -> list[list[int]]:
    """Banned sequences that do and do not apply after `history`, and Hugging Face's special cases."""
    any_id = lambda: rng.randrange(2, n_vocab)
    return [
        [any_id()],
        [EOS_TOKEN_ID],
        [any_id(), any_id()],
        history[-1:] + [any_id()],
        history[-2:] + [any_id()],
        history[-3:] + [EOS_TOKEN_ID],
        history + [any_id()],
    ]


def run(options: dict, history: list[int], logits: torch.Tensor) -> torch.Tensor:
    """Scores of the next token, (V,), from the processors that `generate` would use."""
    config = GenerationConfig(**options)
    config._eos_token_tensor = torch.tensor([EOS_TOKEN_ID])
    processors = GenerationMixin()._get_logits_processor(config, input_ids_seq_length=1)
    return processors(torch.tensor([history]), logits[None].clone())[0]


def jsonable(values: torch.Tensor) -> list:
    return [float(f"{x:.7g}") if math.isfinite(x) else None for x in values.tolist()]


def logits_case(options: dict, shape: str, seed: int) -> dict:
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    n_vocab = rng.choice([48, 64, 100])
    history = make_history(n_vocab, rng.choice([0, 1, 4, 15, 30]), rng)
    logits = make_logits(shape, n_vocab, generator)
    if "bad_words_ids" in options:
        options = options | {"bad_words_ids": bad_words_of(history, n_vocab, rng)}

    processed = run({k: v for k, v in options.items() if k in PROCESSORS}, history, logits)
    warped = run(options, history, logits)
    changed = (processed != logits).nonzero().flatten()
    kept = (warped > -math.inf).nonzero().flatten()
    probabilities = torch.softmax(warped, -1)[kept]
    return {
        "shape": shape,
        "options": options,
        "decoder_input_ids": history,
        "logits": jsonable(logits),
        "changed": list(zip(changed.tolist(), jsonable(processed[changed]))),
        "kept": kept.tolist(),
        "probabilities": jsonable(probabilities),
    }


class PiecesStopStringCriteria(StopStringCriteria):
    """`StopStringCriteria` over a list of pieces instead of a tokenizer's vocabulary."""

    def __init__(self, pieces: list[str], stop_strings: list[str]):
        self.stop_strings = tuple(stop_strings)
        vectors = self._stop_string_create_embedding_vec(pieces, range(len(pieces)), self.stop_strings)
        self.embedding_vec, self.max_valid_positions, self.max_valid_end_lens = vectors
        self.maximum_token_len = max(map(len, stop_strings))
        self.num_stop_strings = len(stop_strings)
        self.target_lens = torch.tensor([len(text) for text in stop_strings], dtype=torch.int32)


def stop_strings_case(seed: int) -> dict:
    """Random pieces and stop strings over few letters, so that there are many near misses."""
    rng = random.Random(seed)
    letters = rng.choice(["ab", "ab ", "끝.ab", "a\n🛑"])
    text = lambda most: "".join(rng.choice(letters) for _ in range(rng.randint(1, most)))
    stop_strings = [text(6) for _ in range(rng.randint(1, 3))]
    pieces = [text(4) for _ in range(24)]
    vocabulary = sorted(set(pieces) | set(letters))
    criteria = PiecesStopStringCriteria(vocabulary, stop_strings)
    ids = [vocabulary.index(piece) for piece in pieces]
    stops = [bool(criteria(torch.tensor([ids[: n + 1]]), None)) for n in range(len(ids))]
    return {"stop_strings": stop_strings, "pieces": pieces, "stops": stops}


def main() -> None:
    logits_cases = []
    shapes = ["plain", "flat", "peaky", "ties", "excluded", "equal"]
    sampling = SAMPLING + [random_options(random.Random(seed)) for seed in range(20)]
    all_options = GREEDY + [{"do_sample": True} | options for options in sampling]
    for i, options in enumerate(all_options):
        for j, shape in enumerate(shapes):
            logits_cases.append(logits_case(options, shape, seed=100 * i + j))

    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    line = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    lines = lambda cases: ",\n".join(map(line, cases))
    Path(__file__).with_name("cases.json").write_text(
        f'{{"versions":{line(versions)},\n'
        f'"logits":[\n{lines(logits_cases)}\n],\n'
        f'"stop_strings":[\n{lines(map(stop_strings_case, range(40)))}\n]}}\n',
        encoding="utf-8",
    )
    print(f"{len(logits_cases)} cases of logits, 40 of stop strings")


if __name__ == "__main__":
    main()
