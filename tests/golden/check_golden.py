"""Reads every golden file back by other ways than it was written, and asserts that all agree.

Run by make_golden.py at its end; `python check_golden.py` runs it on the files as they lie.
"""

import json
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import load_file
from tokenizers import Tokenizer

from expectations import STEPS, greedy, teacher_forced

HERE = Path(__file__).parent
LIMIT_BYTES = 8_000_000
# A test within 1e-3 must notice each mistake; the coarse ones by far.
FINE_MISTAKES = {"gelu_without_tanh"}


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def check_model(folder):
    """Hugging Face's own loader finds each tensor, and computes the recorded values from the files."""
    config, expected = read_json(folder / "config.json"), read_json(folder / "expected.json")
    model, report = getattr(transformers, config["architectures"][0]).from_pretrained(
        folder, output_loading_info=True, attn_implementation="eager", torch_dtype=torch.float32)
    assert not any(report.values()), (folder.name, report)
    model.eval()
    tensors = load_file(folder / "expected.safetensors")
    for prompt in expected["prompts"]:
        ids, full = prompt["input_ids"], prompt["greedy_48_ids"]
        assert greedy(model, ids, min_new_tokens=STEPS) == full and greedy(model, ids) == prompt["greedy_ids"]
        states, logits = teacher_forced(model, ids, full[:-1])
        name = prompt["name"]
        assert logits.shape == (STEPS, config["vocab_size"]) and states.shape == (len(ids), config["d_model"])
        torch.testing.assert_close(states, tensors[f"{name}.encoder_last_hidden_state"], rtol=0, atol=1e-4)
        torch.testing.assert_close(logits, tensors[f"{name}.logits"], rtol=0, atol=1e-4)
        best = logits.index_fill(1, torch.tensor([1]), -torch.inf).argmax(-1).tolist()
        assert best == full[1:]
    for mistake, moved in expected["sensitivity"].items():
        assert moved > (2e-3 if mistake in FINE_MISTAKES else 0.1), (folder.name, mistake, moved)
    assert max(expected["float32_noise"].values()) < 1e-4


def check_tokenizer_cases():
    """tokenizer.json read by the tokenizers library alone gives the recorded ids and texts."""
    cases = read_json(HERE / "tokenizer_cases.json")
    for entry in cases["tokenizers"]:
        assert len(entry["ids"]) == len(entry["decoded_skip_special_tokens"]) == len(cases["texts"])
        assert all(ids[-1] == 1 for ids in entry["ids"])
        if entry["kind"] != "tokenizer.json":
            continue
        tokenizer = Tokenizer.from_file(str(HERE / entry["file"]))
        for text, ids, decoded, skipped in zip(
                cases["texts"], entry["ids"], entry["decoded"], entry["decoded_skip_special_tokens"]):
            assert tokenizer.encode(text).ids == ids, (entry["file"], text)
            assert tokenizer.decode(ids, skip_special_tokens=False) == decoded, (entry["file"], text)
            assert tokenizer.decode(ids, skip_special_tokens=True) == skipped, (entry["file"], text)


def check_prompts():
    """The ids of each prompt are those of its text, by the folder's tokenizer.json alone."""
    for file in sorted(HERE.glob("models/*/tokenizer.json")):
        tokenizer = Tokenizer.from_file(str(file))
        for prompt in read_json(file.parent / "expected.json")["prompts"]:
            assert tokenizer.encode(prompt["text"]).ids == prompt["input_ids"]
            assert tokenizer.decode(prompt["greedy_ids"], skip_special_tokens=True) == prompt["greedy_text"]


def check_gguf():
    """Each file opens, has what its dialect promises, and the f32 one is the model itself."""
    logits = load_file(HERE / "gguf" / "expected.safetensors")
    for file, values in logits.items():
        reader = gguf.GGUFReader(HERE / "gguf" / file)
        keys = [key for key in reader.fields if not key.startswith("GGUF.")]
        assert torch.isfinite(values).all()
        if ".candle." in file:
            assert keys == [] and any(t.name == "shared.weight" for t in reader.tensors)
            continue
        assert reader.fields["general.architecture"].contents() == "t5"
        assert len(reader.fields["tokenizer.ggml.tokens"].data) == values.shape[1]
        assert any(t.name == "token_embd.weight" for t in reader.tensors)
    model = load_file(HERE / "models/t5-v1_1/expected.safetensors")["short.logits"]
    difference = lambda file: float((logits[file] - model[:len(logits[file])]).abs().max())
    assert difference("t5-v1_1.f32.gguf") < 1e-4
    assert 1e-4 < difference("t5-v1_1.f16.gguf") < difference("t5-v1_1.candle.q4_0.gguf")
    blocks = load_file(HERE / "gguf" / "blocks.safetensors")
    assert {t.name for t in gguf.GGUFReader(HERE / "gguf" / "blocks.gguf").tensors} == set(blocks)
    assert all(torch.isfinite(v).all() and v.abs().max() < 1e3 for v in blocks.values())


def check_safetensors():
    """The shards are the model; the rounded ones are close to it."""
    whole = load_file(HERE / "models/t5-v1_1/model.safetensors")
    folder = HERE / "safetensors"
    index = read_json(folder / "sharded" / "model.safetensors.index.json")
    shards = {file: load_file(folder / "sharded" / file) for file in set(index["weight_map"].values())}
    assert len(shards) == 2 and set(index["weight_map"]) == set(whole)
    assert all(torch.equal(shards[file][name], whole[name]) for name, file in index["weight_map"].items())
    for name, tolerance in (("f16", 2e-3), ("bf16", 2e-2)):
        rounded = load_file(folder / name / "model.safetensors")
        for key, value in whole.items():
            torch.testing.assert_close(rounded[key].float(), value, rtol=tolerance, atol=1e-4)


def check_buckets():
    content = read_json(HERE / "buckets.json")
    for table in content["tables"]:
        buckets = np.array(table["buckets"])
        assert len(buckets) == content["last_relative_position"] - content["first_relative_position"] + 1
        assert buckets.min() == 0 and buckets.max() == table["num_buckets"] - 1


def check_golden():
    for folder in sorted((HERE / "models").iterdir()):
        check_model(folder)
    check_prompts()
    check_tokenizer_cases()
    check_gguf()
    check_safetensors()
    check_buckets()
    folders = [HERE / "models", HERE / "gguf", HERE / "safetensors"]
    total = sum(f.stat().st_size for folder in folders for f in folder.rglob("*") if f.is_file())
    assert total < LIMIT_BYTES, total
    print(f"checked: {total / 1e6:.2f} MB of models and weights")


if __name__ == "__main__":
    check_golden()
