"""Random weights in the shape of google/flan-t5-small, as a Hugging Face folder: the same for every peer.

    random_weights.py OUT
"""

import json
import sys
from pathlib import Path

import torch
from transformers import T5Config, T5ForConditionalGeneration

N_PARAMETERS = 76_961_152
N_PIECES = 32_100


def main(out: Path) -> None:
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=32_128, d_model=512, d_kv=64, d_ff=1024, num_layers=8, num_decoder_layers=8, num_heads=6,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False, decoder_start_token_id=0, n_positions=512,
    )  # fmt: skip
    model = T5ForConditionalGeneration(config).eval()
    # transformers draws the head with deviation 1, which gives logits in the hundreds.
    torch.nn.init.normal_(model.lm_head.weight, std=config.d_model**-0.5)
    assert sum(p.numel() for p in model.parameters()) == N_PARAMETERS
    model.save_pretrained(out)
    (out / "tokenizer.json").write_text(json.dumps(numbered_words()))


def numbered_words() -> dict:
    """A tokenizer whose pieces are w0, w1, ...: `w5` is id 8, and a prompt of n words has n + 1 tokens."""
    special = ["<pad>", "</s>", "<unk>"]
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": text, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, text in enumerate(special)
        ],
        "normalizer": None,
        "pre_tokenizer": metaspace,
        "decoder": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
        },
        "model": {
            "type": "Unigram",
            "unk_id": 2,
            "vocab": [[text, 0.0] for text in special] + [[f"▁w{i}", -10.0] for i in range(N_PIECES - len(special))],
            "byte_fallback": False,
        },
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
