"""One model as F16, as BF16, and as two F32 shards, with Hugging Face's logits on the rounded weights."""

import json

import torch
from safetensors.torch import save_file

from expectations import teacher_forced
from make_models import load_model

MODEL = "t5-v1_1"
REFERENCE_STEPS = 8


def make_safetensors(folder, models, read_stored):
    """Writes safetensors/{f16,bf16,sharded}; config and tokenizer are those of models/t5-v1_1."""
    config, prompt = models[MODEL]
    stored = read_stored(MODEL)
    expected = {}
    for name, dtype in (("f16", torch.float16), ("bf16", torch.bfloat16)):
        rounded = {key: value.to(dtype) for key, value in stored.items()}
        (folder / name).mkdir()
        save_file(rounded, folder / name / "model.safetensors", metadata={"format": "pt"})
        model = load_model(config, {key: value.float() for key, value in rounded.items()}, config.model_type)
        decoder_ids = prompt["greedy_48_ids"][:REFERENCE_STEPS]
        expected[name] = teacher_forced(model, prompt["input_ids"], decoder_ids)[1].contiguous()
    save_file(expected, folder / "expected.safetensors")

    (folder / "sharded").mkdir()
    files = [f"model-0000{part}-of-00002.safetensors" for part in (1, 2)]
    weight_map = {key: files[key.startswith("decoder") or key == "lm_head.weight"] for key in sorted(stored)}
    for file in files:
        part = {key: stored[key] for key, place in weight_map.items() if place == file}
        save_file(part, folder / "sharded" / file, metadata={"format": "pt"})
    total_size = sum(value.numel() * value.element_size() for value in stored.values())
    index = {"metadata": {"total_size": total_size}, "weight_map": weight_map}
    (folder / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
