"""The whole recipe: python recipe.py --out RUN [--data DIR] [--minutes 80] [--tiny]

Vocabulary, data, training, export to RUN/export (checked against transformers)
and scores, one script after the other. Steps whose result exists are skipped,
so the recipe can be started again after a kill. --tiny makes a model that has
learnt nothing, from nothing, in a few minutes.
"""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def run(command):
    """Runs a step. Ctrl-C and SIGTERM are handed on to it, as it may have a checkpoint to write first."""
    with subprocess.Popen(command) as child:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: child.terminate())
        status = child.wait()
    if status:
        sys.exit(status if status > 0 else 128 - status)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="folder of real texts; without it only the synthetic part trains")
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--tiny", action="store_true")
    args = parser.parse_args()
    real = ["--data", args.data] if args.data else []
    out = ["--out", args.out]

    def step(script, *arguments, makes=None):
        if makes and (args.out / makes).exists():
            print(f"{script}: {makes} exists", flush=True)
            return
        print(script, *arguments, flush=True)
        run([sys.executable, HERE / script, *map(str, arguments)])

    sizes = ["--vocab-size", 2048, "--examples", 3000] if args.tiny else []
    step("tokenizer.py", *out, *real, *sizes, makes="tokenizer.json")
    sizes = ["--examples", 2000, "--copy-examples", 400] if args.tiny else []
    step("make_data.py", *out, *real, *sizes, makes="data/complete")
    sizes = ["--tiny", "--batch-size", 32, "--minutes", 0.5] if args.tiny else ["--minutes", args.minutes]
    step("train.py", *out, *sizes)
    step("export.py", *out, "--to", args.out / "export", "--check")
    per_task = 2 if args.tiny else 60
    cases, partial = args.out / "cases", args.out / "cases.partial"
    step("make_cases.py", "--out", partial, *real, "--per-task", per_task, "--avoid", args.out, makes="cases")
    if not cases.exists():
        partial.rename(cases)
    files = sorted(cases.glob("*.jsonl"))
    step("evaluate.py", "--model", args.out / "export", "--q8-0", "--json", args.out / "scores.json", *files)


if __name__ == "__main__":
    main()
