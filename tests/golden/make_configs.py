"""Writes `configs_of_transformers_5/<model>.json`: the golden models' config.json as transformers 5 saves it.

    python make_configs.py

Needs torch and transformers 5, which `make_golden.py` does not run with: in an environment of its own,
`pip install torch transformers==5.24.0`. The weights stay those of `models/`, as transformers 5 saves the same
tensors; this script checks that, and that it computes the same logits from them as version 4 did.
"""

import json
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import MT5ForConditionalGeneration, T5ForConditionalGeneration, UMT5ForConditionalGeneration

FOLDER = Path(__file__).parent
MODELS = {
    "t5-v1_0": T5ForConditionalGeneration,
    "t5-v1_1": T5ForConditionalGeneration,
    "flan-odd": T5ForConditionalGeneration,
    "byt5": T5ForConditionalGeneration,
    "mt5": MT5ForConditionalGeneration,
    "umt5": UMT5ForConditionalGeneration,
}
COPIES = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")


def names_in(path):
    """The tensors of a file, without those that no model of this class uses and copies of the embedding."""
    with safe_open(path, "pt") as file:
        return {name for name in file.keys() if name not in COPIES and "EncDecAttention.relative" not in name}


def distance_to_expected(model, folder, factor):
    """Largest distance of the first prompt's logits from `factor` times those of version 4."""
    prompt = json.loads((folder / "expected.json").read_text())["prompts"][0]
    expected = load_file(folder / "expected.safetensors")[f"{prompt['name']}.logits"]
    decoder_ids = torch.tensor([prompt["greedy_48_ids"][: len(expected)]])
    with torch.no_grad():
        logits = model.eval()(input_ids=torch.tensor([prompt["input_ids"]]), decoder_input_ids=decoder_ids).logits[0]
    return (logits - factor * expected).abs().max().item()


def write(name, folder, model, factor=1.0):
    with tempfile.TemporaryDirectory() as saved:
        model.save_pretrained(saved)
        assert names_in(f"{saved}/model.safetensors") == names_in(folder / "model.safetensors"), name
        distance = distance_to_expected(model, folder, factor)
        assert distance < 1e-3, (name, distance)
        (FOLDER / "configs_of_transformers_5" / f"{name}.json").write_text((Path(saved) / "config.json").read_text())
    print(f"{name}: {distance:.1e}")


def main():
    assert int(transformers.__version__.split(".")[0]) >= 5, "this needs transformers 5"
    (FOLDER / "configs_of_transformers_5").mkdir(exist_ok=True)
    for name, model_class in MODELS.items():
        folder = FOLDER / "models" / name
        write(name, folder, model_class.from_pretrained(folder))
    # What transformers 5 makes of a new model of version 1.1: tied, and not scaled.
    folder = FOLDER / "models/t5-v1_0"
    config = json.loads((folder / "config.json").read_text()) | {"tie_word_embeddings": False}
    config = transformers.T5Config(**config)
    write("unscaled", folder, T5ForConditionalGeneration.from_pretrained(folder, config=config), config.d_model**0.5)


if __name__ == "__main__":
    main()
