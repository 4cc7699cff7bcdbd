"""Score a model: python evaluate.py --model FOLDER [--q8-0] FILE.jsonl ... [--engine COMMAND --gguf FILE]

FOLDER is a Hugging Face folder written by export.py; the files are those of
make_cases.py. Greedy decoding. `t5-playground eval` prints the same scores for
the GGUF file; --engine runs it on the same cases and tells where they differ.
Without files: the hand-written prompts of prompts.txt, with a regular
expression each.
"""

import argparse
import collections
import json
import re
import subprocess
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer

from export import load_folder
from make_cases import read_cases
from measures import score_all
from model import Packing

HERE = Path(__file__).parent
MAX_NEW_TOKENS = 128


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
    """[(greedy answer, whether it ended by itself)] of the prompts, in their order."""
    ids = [tokenizer.encode(prompt).ids for prompt in prompts]
    order = sorted(range(len(prompts)), key=lambda i: len(ids[i]))
    answers = [None] * len(prompts)
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        width = max(len(ids[i]) for i in chosen)
        input_ids = torch.tensor([ids[i] + [0] * (width - len(ids[i])) for i in chosen])
        mask = torch.tensor([[1] * len(ids[i]) + [0] * (width - len(ids[i])) for i in chosen], dtype=torch.bool)
        for i, output in zip(chosen, greedy(model, input_ids, mask)):
            answers[i] = tokenizer.decode(output), len(output) < MAX_NEW_TOKENS
    return answers


def greedy(model, input_ids, mask):
    """Lists of generated ids without </s>. Re-reads the whole output at every step: short outputs need no cache."""
    source = Packing(mask)
    encoded = model.encode(model.embed(input_ids, source), source)
    decoder_ids = torch.zeros(len(input_ids), 1, dtype=torch.long)
    finished = torch.zeros(len(input_ids), dtype=torch.bool)
    for _ in range(MAX_NEW_TOKENS):
        target = Packing(torch.ones_like(decoder_ids, dtype=torch.bool))
        states = model.decode(model.embed(decoder_ids, target), target, encoded, source)
        last = states.view(*decoder_ids.shape, -1)[:, -1]
        next_ids = model.head(last).argmax(-1).masked_fill(finished, 0)
        finished |= next_ids == 1
        decoder_ids = torch.cat([decoder_ids, next_ids[:, None]], 1)
        if finished.all():
            break
    rows = decoder_ids[:, 1:].tolist()
    return [row[: row.index(1)] if 1 in row else row for row in rows]


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
    for (case, prompt, pattern), (answer, _) in zip(rows, answers):
        right = bool(re.search(pattern, answer))
        counts = scores.setdefault(case, [0, 0])
        counts[0], counts[1] = counts[0] + right, counts[1] + 1
        print(f"{'ok ' if right else 'BAD'} {case:12} {prompt[-160:]!r} -> {answer!r}")
    return scores


def show(scores):
    for row in scores:
        print(f"{row['task']:16} {row['measure']:12} {row['score']:8.3f}   ({row['n_cases']} cases)")


def scores_of_engine(engine, gguf, files, limit=None):
    """The rows that `t5-playground eval` prints, of the first `limit` cases of each file."""
    cases = [argument for path in files for argument in ("--cases", path)]
    options = ["--max-new-tokens", str(MAX_NEW_TOKENS), "--json", *(["--limit", str(limit)] if limit else [])]
    output = subprocess.run([engine, "eval", "--model", gguf, *cases, *options], check=True, capture_output=True).stdout
    return json.loads(output)["scores"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--q8-0", action="store_true", help="round the weights as the shipped file does")
    parser.add_argument("--json", type=Path, help="write the scores here")
    parser.add_argument("--show", type=int, default=0, help="answers to print per task")
    parser.add_argument("--engine", help="the command t5-playground, to compare with")
    parser.add_argument("--gguf", type=Path, help="the model's file for --engine")
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE.jsonl")
    args = parser.parse_args()

    model = load_folder(args.model)
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    if args.q8_0:
        quantize(model)
    if not args.files:
        counts = score_hand_written(model, tokenizer)
        right, total = map(sum, zip(*counts.values()))
        print(f"hand-written prompts: {right} of {total} {counts}")
        return
    cases = [case for path in args.files for case in read_cases(path)]
    answers = generate(model, tokenizer, [case["prompt"] for case in cases])
    scores = score_all(cases, answers)
    show(scores)
    shown = collections.Counter()
    for case, (answer, _) in zip(cases, answers):
        shown[case["task"]] += 1
        if shown[case["task"]] <= args.show:
            print(f"{case['task']}: {case['prompt']!r}\n    -> {answer!r}\n    :: {case.get('expected', case.get('subject'))!r}")
    if args.json:
        args.json.write_text(json.dumps(scores, indent=1) + "\n")
    if args.engine:
        print("by the engine:")
        theirs = scores_of_engine(args.engine, args.gguf, args.files)
        show(theirs)
        # Q8_0 rounds activations too; a few answers may differ where two tokens are nearly as likely.
        apart = [a for a, b in zip(scores, theirs) if abs(a["score"] - b["score"]) > (3 if a["measure"] == "chrf" else 0.05)]
        if apart:
            sys.exit(f"too far apart: {apart}")


if __name__ == "__main__":
    main()
