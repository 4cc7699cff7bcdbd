"""Write the training data: python make_data.py --out RUN [--data DIR] [--examples 600000]

Needs RUN/tokenizer.json. Writes to RUN/data: copy.npz (random pieces for the
copy phase), valid.npz (held-out fillings), tasks.json and train-N.npz parts.
"""

import argparse
import json
import time
from pathlib import Path

from tokenizers import Tokenizer

from batching import save_examples
from tasks import MIX, corpora, make_example, names, pieces
from tasks.common import Draw

MAX_INPUT_TOKENS, MAX_TARGET_TOKENS = 320, 160
PART = 50_000
PIECES = len(MIX)  # the task id of random pieces


def task_examples(tokenizer, n, draw):
    """n examples in the proportions of MIX, as (input ids, target ids) and task ids."""
    tasks, weights = list(MIX), list(MIX.values())
    chosen = draw.rng.choices(range(len(tasks)), weights, k=n)
    texts = [make_example(tasks[i], draw) for i in chosen]
    inputs = tokenizer.encode_batch([prompt for prompt, _ in texts])
    targets = tokenizer.encode_batch([target for _, target in texts])
    pairs, task_ids = [], []
    for task_id, source, target in zip(chosen, inputs, targets):
        if len(source.ids) <= MAX_INPUT_TOKENS and len(target.ids) <= MAX_TARGET_TOKENS:
            pairs.append((source.ids, target.ids))
            task_ids.append(task_id)
    return pairs, task_ids


def copy_examples(tokenizer, n, draw):
    n_pieces = tokenizer.token_to_id("<extra_id_15>")  # the sentinels stand behind the pieces
    return [pieces.example(draw, tokenizer, n_pieces) for _ in range(n)]


def report(pairs, task_ids):
    total = sum(len(i) + len(t) for i, t in pairs)
    for task_id, task in enumerate(MIX):
        own = [pair for pair, k in zip(pairs, task_ids) if k == task_id]
        if own:
            inputs, targets = sum(len(i) for i, _ in own), sum(len(t) for _, t in own)
            print(
                f"{task:12} {len(own)} examples, {inputs / len(own):.0f} + {targets / len(own):.0f} tokens, {(inputs + targets) / total:.1%} of all"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="folder of real texts")
    parser.add_argument("--examples", type=int, default=600_000)
    parser.add_argument("--copy-examples", type=int, default=100_000)
    parser.add_argument("--pieces", type=float, default=0.15, help="examples of random pieces kept in the mix, per other example")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    corpora.load(args.data)
    tokenizer = Tokenizer.from_file(str(args.out / "tokenizer.json"))
    names.load_pieces(tokenizer)
    folder = args.out / "data"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tasks.json").write_text(json.dumps([*MIX, "pieces"]))
    draw = Draw(args.seed + 1_000_000, "fillings")
    pairs, task_ids = task_examples(tokenizer, 1500, draw)
    copies = copy_examples(tokenizer, 60, draw)
    save_examples(folder / "valid.npz", pairs + copies, task_ids + [PIECES] * len(copies))
    copies = copy_examples(tokenizer, args.copy_examples, Draw(args.seed))
    save_examples(folder / "copy.npz", copies, [PIECES] * len(copies))

    started = time.monotonic()
    for part, start in enumerate(range(0, args.examples, PART)):
        n = min(PART, args.examples - start)
        draw = Draw(args.seed + 1000 * (part + 1))
        pairs, task_ids = task_examples(tokenizer, n, draw)
        if part == 0:
            report(pairs, task_ids)
        extra = copy_examples(tokenizer, int(n * args.pieces), draw)
        save_examples(folder / f"train-{part}.npz", pairs + extra, task_ids + [PIECES] * len(extra))
        print(f"{start + n} examples, {time.monotonic() - started:.0f} s", flush=True)
    (folder / "complete").touch()  # recipe.py does not repeat a finished step


if __name__ == "__main__":
    main()
