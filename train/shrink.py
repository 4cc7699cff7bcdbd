"""Narrow the feed-forward layers of a model: python shrink.py --init FOLDER --to FOLDER --d-ff 512

Drops the hidden units that can matter least (smallest product of the norms of
their three weight vectors). A little further training makes up for the loss.
"""

import argparse
import json
from pathlib import Path

from safetensors.torch import load_file, save_file


def narrow(weights, d_ff):
    """The same weights with d_ff hidden units in every feed-forward layer."""
    weights = dict(weights)
    for name in [n for n in weights if n.endswith(".wi_0.weight")]:
        layer = name.removesuffix("wi_0.weight")
        gate, up, down = (weights[layer + part].float() for part in ("wi_0.weight", "wi_1.weight", "wo.weight"))
        importance = gate.norm(dim=1) * up.norm(dim=1) * down.norm(dim=0)
        kept = importance.topk(d_ff).indices.sort().values
        weights[name] = gate[kept].contiguous()
        weights[layer + "wi_1.weight"] = up[kept].contiguous()
        weights[layer + "wo.weight"] = down[:, kept].contiguous()
    return {name: tensor.float() for name, tensor in weights.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--init", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--d-ff", type=int, required=True)
    args = parser.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    save_file(
        narrow(load_file(args.init / "model.safetensors"), args.d_ff),
        args.to / "model.safetensors",
        metadata={"format": "pt"},
    )
    config = json.loads((args.init / "config.json").read_text())
    (args.to / "config.json").write_text(
        json.dumps(config | {"d_ff": args.d_ff, "torch_dtype": "float32"}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
