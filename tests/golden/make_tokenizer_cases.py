"""Writes tokenizer_cases.json: ids and decoded text of every text in corpus.CASES.

Three kinds of tokenizer, each read from a file of models/:
tokenizer.json  by transformers' fast tokenizer
spiece.model    by the sentencepiece library, `</s>` appended
byt5            by transformers' ByT5Tokenizer
"""

import sentencepiece
from transformers import AutoTokenizer

import corpus

TOKENIZERS = [
    ("tokenizer.json", "t5-v1_0"), ("tokenizer.json", "t5-v1_1"), ("tokenizer.json", "mt5"), ("tokenizer.json", "umt5"),
    ("spiece.model", "t5-v1_0"), ("spiece.model", "t5-v1_1"), ("spiece.model", "mt5"),
    ("byt5", "byt5"),
]


def hugging_face_cases(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for text in corpus.CASES:
        ids = tokenizer(text).input_ids
        yield ids, *(
            tokenizer.decode(ids, skip_special_tokens=skip, clean_up_tokenization_spaces=False) for skip in (False, True))


def sentencepiece_cases(folder):
    processor = sentencepiece.SentencePieceProcessor(str(folder / "spiece.model"))
    for text in corpus.CASES:
        ids = processor.encode(text)
        yield [*ids, processor.eos_id()], None, processor.decode(ids)


def make_tokenizer_cases(models):
    """The content of tokenizer_cases.json, from the model folders under `models`."""
    tokenizers = []
    for kind, model in TOKENIZERS:
        run = sentencepiece_cases if kind == "spiece.model" else hugging_face_cases
        file = "tokenizer_config.json" if kind == "byt5" else kind
        ids, decoded, decoded_skip_special = zip(*run(models / model))
        tokenizers.append({
            "kind": kind, "file": f"models/{model}/{file}", "ids": ids,
            "decoded": decoded if decoded[0] is not None else None,
            "decoded_skip_special_tokens": decoded_skip_special,
        })
    return {"texts": corpus.CASES, "tokenizers": tokenizers}
