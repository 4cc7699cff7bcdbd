"""Put encoder blocks into a model: python grow.py --from FOLDER --to FOLDER --behind 2 4 6

Behind each of the named blocks (counted from 1) comes a copy of it whose output projections are nil, so that the grown
model computes what the model did before: training begins without a loss, and the new blocks find something to do.
"""

import argparse
import re
from pathlib import Path

import torch

from export import load_folder, write_folder
from model import T5, Shape

BLOCK = re.compile(r"encoder\.block\.(\d+)\.(.+)")
OUTPUTS = ("SelfAttention.o.weight", "DenseReluDense.wo.weight")  # what a block adds to its input goes through these


def grow(model, behind):
    """The model with a silent copy behind each of the encoder blocks `behind`, counted from 1."""
    n_layers = model.shape.num_layers
    assert all(1 <= block <= n_layers for block in behind), f"the model has the encoder blocks 1 to {n_layers}"
    sources = [(block, copy) for block in range(n_layers) for copy in (False, True)[: 1 + (block + 1 in behind)]]
    state, old = {}, model.state_dict()
    for name, tensor in old.items():
        match = BLOCK.fullmatch(name)
        if not match:
            state[name] = tensor
            continue
        for new, (block, is_copy) in enumerate(sources):
            if block != int(match[1]) or (is_copy and "relative_attention_bias" in name):
                continue  # the first block owns the position table
            silent = is_copy and name.endswith(OUTPUTS)
            state[f"encoder.block.{new}.{match[2]}"] = torch.zeros_like(tensor) if silent else tensor.clone()
    grown = T5(Shape(**vars(model.shape) | {"num_layers": len(sources)}))
    grown.load_state_dict(state)
    return grown.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, required=True, help="Hugging Face folder of this recipe")
    parser.add_argument("--to", type=Path, required=True, help="folder to write")
    parser.add_argument("--behind", type=int, nargs="+", default=[2, 4, 6], help="encoder blocks, counted from 1")
    args = parser.parse_args()
    write_folder(grow(load_folder(args.source), args.behind), args.source, args.to)


if __name__ == "__main__":
    main()
