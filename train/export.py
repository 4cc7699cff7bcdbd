"""Write a Hugging Face folder: python export.py --out RUN --to FOLDER [--dtype float32] [--check]

config.json, generation_config.json, tokenizer.json, tokenizer_config.json and
model.safetensors: gated gelu as in flan-t5, and one matrix for embedding and head
(`tie_word_embeddings`), as the model is trained.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from model import T5, Shape


GENERATION = {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0, "max_new_tokens": 150}


def load_model(run: Path):
    """The model of RUN/checkpoint.pt."""
    saved = torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu")
    model = T5(Shape(**saved["shape"]))
    model.load_state_dict(saved["model"])
    return model.eval()


def load_folder(folder: Path):
    """The model of a Hugging Face folder, as `export` writes it."""
    settings = json.loads((folder / "config.json").read_text())
    if not settings.get("tie_word_embeddings", True):
        raise ValueError(f"{folder} has a head of its own (lm_head); here the head is the embedding's matrix")
    model = T5(Shape(**{field: settings[field] for field in vars(Shape())}))
    model.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    return model.eval()


def config(shape, dtype):
    return {
        "architectures": ["T5ForConditionalGeneration"], "model_type": "t5", "is_encoder_decoder": True,
        **vars(shape),
        "feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu_new", "is_gated_act": True,
        "tie_word_embeddings": True,
        "layer_norm_epsilon": 1e-6, "dropout_rate": 0.0, "initializer_factor": 1.0, "n_positions": 512,
        "use_cache": True,
        "pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0,
        "torch_dtype": str(dtype).removeprefix("torch."),
    }  # fmt: skip


def write_folder(model, tokenizer: Path, to: Path, dtype=torch.float32):
    """Write the model to a Hugging Face folder, with the tokenizer of the folder `tokenizer`."""
    to.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.to(dtype).contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, to / "model.safetensors", metadata={"format": "pt"})
    (to / "model.safetensors").chmod(0o644)  # safetensors writes for the owner alone
    (to / "config.json").write_text(json.dumps(config(model.shape, dtype), indent=1) + "\n")
    (to / "generation_config.json").write_text(json.dumps(GENERATION, indent=1) + "\n")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer / name, to / name)


def export(run: Path, to: Path, dtype):
    model = load_model(run)
    write_folder(model, run, to, dtype)
    return model


@torch.no_grad()
def check(model, folder: Path, prompts=("Where is Ganymede?", "translate English to German: I am here.")):
    """Assert that transformers loads the folder and computes the same logits."""
    from tokenizers import Tokenizer
    from transformers import T5ForConditionalGeneration

    reference = T5ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    is_rounded = json.loads((folder / "config.json").read_text())["torch_dtype"] == "bfloat16"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for prompt in prompts:
        input_ids = torch.tensor([tokenizer.encode(prompt).ids])
        decoder_input_ids = torch.tensor([[0, *tokenizer.encode("An answer.").ids]])
        expected = reference(input_ids=input_ids, decoder_input_ids=decoder_input_ids).logits[0]
        got = model(
            input_ids,
            torch.ones_like(input_ids, dtype=bool),
            decoder_input_ids,
            torch.ones_like(decoder_input_ids, dtype=bool),
        )
        difference = float((got - expected).abs().max())
        scale = float(expected.abs().max())
        print(f"{prompt!r}: largest logit difference {difference:.2g} of {scale:.1f}")
        # bf16 weights round at 2^-9; f32 weights must agree to the order of summation.
        assert difference < (0.05 if is_rounded else 1e-3) * scale


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--to", type=Path, required=True, help="folder to write")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--check", action="store_true", help="compare with transformers")
    args = parser.parse_args()
    model = export(args.out, args.to, getattr(torch, args.dtype))
    n = sum(p.numel() for p in model.parameters())
    print(f"{n / 1e6:.2f} M parameters, {n * 34 / 32 / 1e6:.1f} MB in Q8_0")
    if args.check:
        check(model, args.to)


if __name__ == "__main__":
    main()
