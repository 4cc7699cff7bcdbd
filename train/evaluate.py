"""Score a model: python evaluate.py --model FOLDER [--data DIR] [--cases 40] [--q8-0] [--show 2]

FOLDER is a Hugging Face folder written by export.py. Greedy decoding, on three kinds of
cases: held-out fillings in training phrasings, held-out phrasings, and the
hand-written prompts of prompts.txt with a regular expression each.
"""

import argparse
import collections
import json
import re
import time
from pathlib import Path

import sacrebleu
import torch
from tokenizers import Tokenizer

from export import load_folder
from tasks import MIX, corpora, make_example
from tasks.common import Draw

HERE = Path(__file__).parent
MAX_NEW_TOKENS = 150


def round_to_q8_0(weight):
    """(rows, columns) as Q8_0 stores it: blocks of 32 with one f16 scale and int8 values."""
    blocks = weight.reshape(weight.shape[0], -1, 32)
    scale = (blocks.abs().amax(-1, keepdim=True) / 127).half().float().clamp(min=1e-12)
    return (torch.round(blocks / scale).clamp(-127, 127) * scale).reshape(weight.shape)


def quantize(model):
    for name, parameter in model.named_parameters():
        if parameter.ndim == 2 and "relative" not in name:
            parameter.data = round_to_q8_0(parameter.data)


@torch.no_grad()
def generate(model, tokenizer, prompts, batch_size=24):
    """Greedy answers to the prompts, in their order."""
    ids = [tokenizer.encode(prompt).ids for prompt in prompts]
    order = sorted(range(len(prompts)), key=lambda i: len(ids[i]))
    answers = [None] * len(prompts)
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        width = max(len(ids[i]) for i in chosen)
        input_ids = torch.tensor([ids[i] + [0] * (width - len(ids[i])) for i in chosen])
        mask = torch.tensor([[1] * len(ids[i]) + [0] * (width - len(ids[i])) for i in chosen], dtype=torch.bool)
        for i, output in zip(chosen, greedy(model, input_ids, mask)):
            answers[i] = tokenizer.decode(output)
    return answers


def greedy(model, input_ids, mask):
    """Lists of generated ids without </s>. Re-reads the whole output at every step: short outputs need no cache."""
    encoded = model.encode(input_ids, mask)
    decoder_ids = torch.zeros(len(input_ids), 1, dtype=torch.long)
    finished = torch.zeros(len(input_ids), dtype=torch.bool)
    for _ in range(MAX_NEW_TOKENS):
        states = model.decode(decoder_ids, torch.ones_like(decoder_ids, dtype=torch.bool), *encoded)
        last = states.view(*decoder_ids.shape, -1)[:, -1]
        next_ids = model.head(last).argmax(-1).masked_fill(finished, 0)
        finished |= next_ids == 1
        decoder_ids = torch.cat([decoder_ids, next_ids[:, None]], 1)
        if finished.all():
            break
    rows = decoder_ids[:, 1:].tolist()
    return [row[: row.index(1)] if 1 in row else row for row in rows]


def word_f1(answer, expected):
    words = [collections.Counter(re.findall(r"\w+", text.lower())) for text in (answer, expected)]
    common = sum((words[0] & words[1]).values())
    total = sum(sum(w.values()) for w in words)
    return 2 * common / total if total else 1.0


def score_tasks(model, tokenizer, split, n_cases, n_shown, seed=4242):
    """{task: {"exact", "f1", "chrf"}} over n_cases of the split."""
    scores = {}
    for task in MIX:
        draw = Draw(seed, split)
        cases = [make_example(task, draw) for _ in range(n_cases)]
        answers = generate(model, tokenizer, [prompt for prompt, _ in cases])
        expected = [target for _, target in cases]
        scores[task] = {
            "exact": round(sum(a.strip() == e.strip() for a, e in zip(answers, expected)) / n_cases, 3),
            "f1": round(sum(map(word_f1, answers, expected)) / n_cases, 3),
            "chrf": round(sacrebleu.corpus_chrf(answers, [expected]).score, 1),
        }
        print(f"{split:10} {task:12} {scores[task]}", flush=True)
        for (prompt, target), answer in list(zip(cases, answers))[:n_shown]:
            print(f"    {prompt[-300:]!r}\n      -> {answer!r}\n      :: {target!r}")
    return scores


def hand_written():
    """[(use case, prompt, pattern)] of prompts.txt, where \\n stands for a newline."""
    lines = (HERE / "prompts.txt").read_text().splitlines()
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [(case, prompt.replace("\\n", "\n"), pattern) for case, prompt, pattern in rows]


def score_hand_written(model, tokenizer):
    """{use case: [right, all]}"""
    rows = hand_written()
    answers = generate(model, tokenizer, [prompt for _, prompt, _ in rows])
    scores = {}
    for (case, prompt, pattern), answer in zip(rows, answers):
        right = bool(re.search(pattern, answer))
        counts = scores.setdefault(case, [0, 0])
        counts[0], counts[1] = counts[0] + right, counts[1] + 1
        print(f"{'ok ' if right else 'BAD'} {case:12} {prompt[-160:]!r} -> {answer!r}")
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="folder of real texts")
    parser.add_argument("--cases", type=int, default=40, help="per task and split")
    parser.add_argument("--show", type=int, default=0, help="cases to print per task")
    parser.add_argument("--q8-0", action="store_true", help="round the weights as the shipped file does")
    parser.add_argument("--json", type=Path, help="write the scores here")
    args = parser.parse_args()

    corpora.load(args.data)
    model = load_folder(args.model)
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    if args.q8_0:
        quantize(model)
    started = time.monotonic()
    scores = {"hand-written": score_hand_written(model, tokenizer)}
    right, total = map(sum, zip(*scores["hand-written"].values()))
    print(f"hand-written prompts: {right} of {total} {scores['hand-written']}")
    if args.cases:
        for split in ("fillings", "phrasings"):
            scores[split] = score_tasks(model, tokenizer, split, args.cases, args.show)
    print(f"{time.monotonic() - started:.0f} s")
    if args.json:
        args.json.write_text(json.dumps(scores, indent=1) + "\n")


if __name__ == "__main__":
    main()
