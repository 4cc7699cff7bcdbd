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
TASK_IDS = {task: task_id for task_id, task in enumerate(MIX)} | {"invented_call": list(MIX).index("function_call")}
# What --lookups adds: names that mostly stand before what they are asked by, in so many as texts and else in random pieces.
LOOKUPS = {"matching": 0.6, "invented_call": 0.4}
LOOKUPS_IN_TEXTS = 0.55


def task_examples(tokenizer, n, draw, mix=MIX):
    """n examples in the proportions of the mix, as (input ids, target ids) and task ids."""
    chosen = draw.rng.choices(list(mix), mix.values(), k=n)
    texts = [make_example(task, draw) for task in chosen]
    inputs = tokenizer.encode_batch([prompt for prompt, _ in texts])
    targets = tokenizer.encode_batch([target for _, target in texts])
    pairs, task_ids = [], []
    for task, source, target in zip(chosen, inputs, targets):
        if len(source.ids) <= MAX_INPUT_TOKENS and len(target.ids) <= MAX_TARGET_TOKENS:
            pairs.append((source.ids, target.ids))
            task_ids.append(TASK_IDS[task])
    return pairs, task_ids


def copy_examples(tokenizer, n, draw, kinds=pieces.KINDS):
    n_pieces = tokenizer.token_to_id("<extra_id_15>")  # the sentinels stand behind the pieces
    return [pieces.example(draw, tokenizer, n_pieces, kinds) for _ in range(n)]


def lookup_examples(tokenizer, n, draw):
    """As `task_examples`, of nothing but looking up backwards."""
    n_texts = int(n * LOOKUPS_IN_TEXTS)
    pairs, task_ids = task_examples(tokenizer, n_texts, draw, LOOKUPS)
    extra = copy_examples(tokenizer, n - n_texts, draw, [(pieces.recall_back, 1)])
    return pairs + extra, task_ids + [PIECES] * len(extra)


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
    parser.add_argument("--lookups", type=float, default=0.0, help="share of examples that do nothing but look up backwards")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    corpora.load(args.data)
    tokenizer = Tokenizer.from_file(str(args.out / "tokenizer.json"))
    names.load_pieces(tokenizer)
    folder = args.out / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for old in (folder / "complete", *folder.glob("train-[0-9]*.npz")):  # train.py reads every part that is there
        old.unlink(missing_ok=True)
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
        n_lookups = int(n * args.lookups)
        pairs, task_ids = task_examples(tokenizer, n - n_lookups, draw)
        if part == 0:
            report(pairs, task_ids)
        more, more_ids = lookup_examples(tokenizer, n_lookups, draw)
        pairs, task_ids = pairs + more, task_ids + more_ids
        extra = copy_examples(tokenizer, int(n * args.pieces), draw)
        save_examples(folder / f"train-{part}.npz", pairs + extra, task_ids + [PIECES] * len(extra))
        print(f"{start + n} examples, {time.monotonic() - started:.0f} s", flush=True)
    (folder / "complete").touch()  # recipe.py does not repeat a finished step


if __name__ == "__main__":
    main()
