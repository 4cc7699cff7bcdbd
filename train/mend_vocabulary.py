"""Give a model of the older vocabulary the pieces with a joiner: python mend_vocabulary.py --model START --to FOLDER

START is a Hugging Face folder of unpack.py whose tokenizer.json has no joiner yet (tokenizer.py says what it is for). Its rarest
pieces of one character outside the alphabet give their ids; every new piece begins with the row of its mark. The model must
then be trained on: words behind newlines, quotes and brackets are other pieces than it knows them by.
"""

import argparse
import json
from pathlib import Path

from safetensors.torch import load_file, save_file

from tokenizer import ALPHABET, JOINED_PIECES, JOINER, build


def mended(pieces):
    """([(piece, score)] with the new pieces in the places of rare ones, {id of a new piece: id of its mark})."""
    if JOINER in (piece for piece, _ in pieces):
        raise ValueError("the vocabulary has the joiner already")
    ids = {piece: i for i, (piece, _) in enumerate(pieces)}
    rare = [i for i, (piece, _) in enumerate(pieces) if len(piece) == 1 and ord(piece) > 0x2600 and piece not in ALPHABET]
    if len(rare) < len(JOINED_PIECES):
        raise ValueError(f"only {len(rare)} rare pieces for {len(JOINED_PIECES)} new ones")
    pieces, rows = list(pieces), {}
    for i, (piece, score) in zip(reversed(rare), JOINED_PIECES):
        pieces[i] = (piece, score)
        rows[i] = ids[piece.removesuffix(JOINER) or "\n"]
    return pieces, rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder of unpack.py")
    parser.add_argument("--to", type=Path, required=True, help="folder to write")
    args = parser.parse_args()

    vocabulary = json.loads((args.model / "tokenizer.json").read_text())["model"]["vocab"]
    pieces, rows = mended([(piece, score) for piece, score in vocabulary if not piece.startswith("<extra_id_")])
    weights = load_file(args.model / "model.safetensors")
    for new, mark in rows.items():
        weights["shared.weight"][new] = weights["shared.weight"][mark]
    args.to.mkdir(parents=True, exist_ok=True)
    save_file(weights, args.to / "model.safetensors", metadata={"format": "pt"})
    (args.to / "model.safetensors").chmod(0o644)
    build(pieces, len(vocabulary)).save(str(args.to / "tokenizer.json"))
    for name in ("config.json", "generation_config.json", "tokenizer_config.json"):
        (args.to / name).write_text((args.model / name).read_text())


if __name__ == "__main__":
    main()
