"""Mean of weights: python mix.py --out NEW --base FOLDER --share 0.6 RUN/a.pt RUN/b.pt ...

Writes NEW/checkpoint.pt (for export.py): `share` of the mean of the checkpoints and the rest of FOLDER, the Hugging Face
folder that the run began with. The mean of checkpoints that were copied aside in the last quarter of an hour does what a
cooldown does, and a part of the weights before keeps what they knew better.
"""

import argparse
import shutil
from pathlib import Path

import torch

from export import load_folder


def mean(states):
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="Hugging Face folder; its tokenizer goes into the new one")
    parser.add_argument("--share", type=float, default=0.6, help="of the checkpoints' mean, 0 to 1")
    parser.add_argument("checkpoints", type=Path, nargs="+")
    args = parser.parse_args()

    saved = [torch.load(path, weights_only=True, map_location="cpu") for path in args.checkpoints]
    new, old = mean([each["model"] for each in saved]), load_folder(args.base).state_dict()
    mixed = {name: args.share * new[name] + (1 - args.share) * old[name] for name in new}
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save({**saved[-1], "model": mixed}, args.out / "checkpoint.pt")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(args.base / name, args.out / name)


if __name__ == "__main__":
    main()
