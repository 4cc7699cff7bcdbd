"""Writes every golden file of this folder from Hugging Face transformers; see README.md."""

import json
import os
import platform
import re
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

# Before torch and transformers are imported: no network, one thread, no progress bars.
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", OMP_NUM_THREADS="1",
                  TRANSFORMERS_VERBOSITY="error")
sys.dont_write_bytecode = True

import torch  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

import expectations  # noqa: E402
from check_golden import check_golden  # noqa: E402
from make_buckets import make_buckets  # noqa: E402
from make_gguf import make_gguf  # noqa: E402
from make_models import SPECS, load_model, make_config, make_weights  # noqa: E402
from make_safetensors import make_safetensors  # noqa: E402
from make_tokenizer_cases import make_tokenizer_cases  # noqa: E402
from make_tokenizers import make_tokenizers  # noqa: E402

HERE = Path(__file__).parent
PACKAGES = ("torch", "transformers", "tokenizers", "sentencepiece", "safetensors", "numpy", "gguf", "protobuf")


def write_json(path, content):
    """Indented JSON, but with each list of numbers on one line."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    one_line = lambda match: " ".join(match[0].split()).replace("[ ", "[").replace(" ]", "]")
    text = re.sub(r"\[\s[-0-9.,\se]+\]", one_line, text)
    path.write_text(text + "\n", encoding="utf-8")


def stored_weights(spec, weights):
    """`weights` as the published file of that family has them: type, doubled and unused tensors included."""
    stored = {name: value.half() if spec.dtype == "F16" else value for name, value in weights.items()}
    if spec.name == "t5-v1_0":
        bias = stored["decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
        stored["decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"] = bias.flip(0) + 1.0
    if spec.name == "mt5":
        for side in ("encoder", "decoder"):
            stored[f"{side}.embed_tokens.weight"] = stored["shared.weight"].clone()
    return stored


def make_model_folder(spec, tokenizer_folders):
    """Writes models/<name>; returns its configuration and its short prompt."""
    folder = fresh_folder(HERE / "models" / spec.name)
    tokenizer = None
    if spec.tokenizer:
        for file in sorted(tokenizer_folders[spec.tokenizer].iterdir()):
            if file.name != "spiece.model" or spec.keeps_spiece:
                shutil.copy(file, folder)
        tokenizer = AutoTokenizer.from_pretrained(tokenizer_folders[spec.tokenizer])
    config = make_config(spec)
    seed = spec.seed
    while True:
        weights = make_weights(spec, seed)
        found = expectations.run_model(spec, load_model(config, weights, spec.family), tokenizer)
        if found:
            break
        seed += 1
    entries, tensors = found
    config.save_pretrained(folder)
    write_json(folder / "generation_config.json", {
        "decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0})
    save_file(stored_weights(spec, weights), folder / "model.safetensors", metadata={"format": "pt"})
    save_file(tensors, folder / "expected.safetensors")
    sensitivity = expectations.sensitivity(spec, config, weights, entries, tensors)
    write_json(folder / "expected.json", {
        "why": spec.why, "seed": seed,
        "float32_noise": expectations.float32_noise(spec, config, weights, entries, tensors),
        "sensitivity": {key: round(value, 4) for key, value in sensitivity.items()},
        "prompts": entries,
    })
    print(f"{spec.name}: seed {seed}, {sum(f.stat().st_size for f in folder.iterdir()) / 1e3:.0f} kB, "
          f"least sensitive {min(sensitivity, key=sensitivity.get)} {min(sensitivity.values()):.3f}", flush=True)
    return config, entries[0]


def fresh_folder(path):
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def main():
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as work:
        tokenizer_folders = make_tokenizers(Path(work))
        models = {spec.name: make_model_folder(spec, tokenizer_folders) for spec in SPECS}
    read_stored = lambda name: load_file(HERE / "models" / name / "model.safetensors")
    make_gguf(fresh_folder(HERE / "gguf"), models, read_stored)
    make_safetensors(fresh_folder(HERE / "safetensors"), models, read_stored)
    write_json(HERE / "tokenizer_cases.json", make_tokenizer_cases(HERE / "models"))
    write_json(HERE / "buckets.json", make_buckets())
    write_json(HERE / "VERSIONS.json", {"python": platform.python_version()} | {p: version(p) for p in PACKAGES})
    # safetensors writes files for their owner alone.
    for file in HERE.rglob("*.safetensors"):
        file.chmod(0o644)
    check_golden()


if __name__ == "__main__":
    main()
