"""How far quantized models are from f32, along the tokens that f32 generates.

    divergence.py --hf FOLDER --cli T5_PLAYGROUND --q8-0 OURS.gguf --q4-0 OURS.gguf --out DIR [--prompts prompts.txt]

Prints JSON by kind: `plain` (weights and activations in 8-bit blocks of 32), `q8_0` and `q4_0` (this project's command
line). Writes DIR/cases.json and DIR/logits-N.f32, (T, V), for what runs elsewhere. Without --prompts the prompts are
random ids of 16, 128 and 512 tokens, with 64 new tokens each.
"""

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
import torch
from gguf import GGMLQuantizationType
from gguf.quants import dequantize, quantize
from tokenizers import Tokenizer
from torch import nn
from transformers import T5ForConditionalGeneration

MAX_NEW_TOKENS = 64
# Two tokens of which the likelier has at most so much more probability, as a share of its own.
TIE = 0.05


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--hf", "--cli", "--q8-0", "--q4-0", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--prompts", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    reference = T5ForConditionalGeneration.from_pretrained(args.hf).eval()
    texts = read_prompts(args.prompts) if args.prompts else []
    tokenizer = Tokenizer.from_file(str(args.hf / "tokenizer.json"))
    prompts = [tokenizer.encode(text).ids for text in texts] or [random_ids(n) for n in (16, 128, 512)]
    min_new_tokens = 0 if texts else MAX_NEW_TOKENS
    greedy = [generate(reference, ids, min_new_tokens) for ids in prompts]
    expected = [logits_of(reference, ids, followed) for ids, followed in zip(prompts, greedy)]
    cases = []
    for i, (ids, followed, logits) in enumerate(zip(prompts, greedy, expected)):
        logits.astype("<f4").tofile(args.out / f"logits-{i}.f32")
        cases.append({"input_ids": ids, "decoder_input_ids": followed[:-1]})
    (args.out / "cases.json").write_text(json.dumps(cases))

    plain = in_blocks(T5ForConditionalGeneration.from_pretrained(args.hf).eval())
    found = {"plain": compare(expected, [logits_of(plain, ids, followed) for ids, followed in zip(prompts, greedy)])}
    for kind, model in (("q8_0", args.q8_0), ("q4_0", args.q4_0)):
        found[kind] = compare(expected, [our_logits(args.cli, model, case) for case in cases])
        if texts:
            found[kind] |= compare_texts(args.cli, model, prompts, greedy, expected)
    print(json.dumps(found))


def read_prompts(path: Path) -> list[str]:
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return [line.split(" | ")[1].replace("\\n", "\n") for line in lines]


def random_ids(n: int) -> list[int]:
    return [*np.random.default_rng(n).integers(3, 32_000, n - 1).tolist(), 1]


@torch.inference_mode()
def generate(model: T5ForConditionalGeneration, ids: list[int], min_new_tokens: int) -> list[int]:
    """Greedy; the decoder's start token first."""
    options = {"max_new_tokens": MAX_NEW_TOKENS, "min_new_tokens": min_new_tokens, "do_sample": False, "num_beams": 1}
    return model.generate(torch.tensor([ids]), **options)[0].tolist()


@torch.inference_mode()
def logits_of(model: T5ForConditionalGeneration, ids: list[int], followed: list[int]) -> np.ndarray:
    """(T, V), of each token after the start."""
    return model(input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([followed[:-1]])).logits[0].numpy()


def our_logits(cli: Path, model: Path, case: dict) -> np.ndarray:
    command = [cli, "logits", "--model", model]
    for option in ("input_ids", "decoder_input_ids"):
        command += [f"--{option.replace('_', '-')}", ",".join(map(str, case[option]))]
    return np.array(json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["logits"], np.float32)


def in_blocks(model: T5ForConditionalGeneration) -> T5ForConditionalGeneration:
    """The plain kernel: every matrix in Q8_0, and what is multiplied with it in the same blocks."""
    q8_0 = GGMLQuantizationType.Q8_0
    for module in model.modules():
        if isinstance(module, nn.Linear) or (isinstance(module, nn.Embedding) and module.weight.shape[1] % 32 == 0):
            module.weight.data = torch.from_numpy(dequantize(quantize(module.weight.data.numpy(), q8_0), q8_0))
        if isinstance(module, nn.Linear):
            module.register_forward_pre_hook(lambda _, inputs: (rounded(inputs[0]),))
    return model


def rounded(x: torch.Tensor) -> torch.Tensor:
    blocks = x.reshape(-1, 32)
    step = blocks.abs().amax(1, keepdim=True) / 127
    quants = torch.where(step > 0, blocks / step, 0).round()
    return (quants * step.half().float()).reshape(x.shape)


def compare(expected: list[np.ndarray], found: list[np.ndarray]) -> dict:
    p, q = (np.concatenate([log_softmax(logits) for logits in all_logits]) for all_logits in (expected, found))
    divergences = (np.exp(p) * (p - q)).sum(1)
    n_equal = int((p.argmax(1) == q.argmax(1)).sum())
    return {"mean": float(divergences.mean()), "max": float(divergences.max()), "n_steps": len(p), "n_equal": n_equal}


def log_softmax(logits: np.ndarray) -> np.ndarray:
    logits = logits.astype(np.float64)
    logits -= logits.max(1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(1, keepdims=True))


def compare_texts(cli: Path, model: Path, prompts: list, greedy: list, expected: list) -> dict:
    """How many greedy texts are others, and how many of them part where f32 holds two tokens about as likely."""
    n_changed, ties = 0, []
    for ids, followed, logits in zip(prompts, greedy, expected):
        command = [cli, "complete", "--model", model, "--input-ids", ",".join(map(str, ids)), "--max-new-tokens", str(MAX_NEW_TOKENS)]
        found = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True).stdout)["sequences"][0]["ids"]
        parts = next((i for i, (a, b) in enumerate(zip(found, followed)) if a != b), None)
        if parts is None:
            continue
        ours, theirs = np.exp(logits[parts - 1][[found[parts], followed[parts]]] - logits[parts - 1].max())
        if theirs - ours <= TIE * theirs:
            ties.append(float(1 - ours / theirs))
        else:
            n_changed += 1
    return {"n_prompts": len(prompts), "n_changed": n_changed, "n_ties": len(ties), "widest_tie": max(ties, default=0.0)}


if __name__ == "__main__":
    main()
