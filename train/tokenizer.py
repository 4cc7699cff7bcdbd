"""Make the vocabulary: python tokenizer.py --out RUN [--data DIR] [--vocab-size 8192]

A Unigram model trained by sentencepiece (the trainer in `tokenizers` gave poorer
pieces) on the text of the tasks and on real sentences. Newlines, digits, braces
and operators never merge with their neighbours, so the text is cut there before
training. The result is written as tokenizer.json with Metaspace as the only
pre-tokenizer. What is typed is what the model sees, but a word is always the
same pieces: "lemon" after a newline, a quote or a bracket would else be other
pieces than after a space, and could not be copied from one place to the other.
So there the text gets a joiner and a space, which decoding takes out again.
"""

import argparse
import io
import itertools
import json
import re
from pathlib import Path

import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from tasks import MIX, corpora, make_example
from tasks.common import Draw
from tasks.corpora import CORPORA
from tasks.translation import NOUNS, PHRASES

SINGLE = re.compile(r"([\n\t{}\[\]()<>=+*/%#\"'`_:;,.!?|\\@&~^$-]|\d)")
ALPHABET = [chr(code) for code in range(33, 127)] + list("äöüÄÖÜßàâçéèêëîïôùûüÿæœÀÂÇÉÈÊËÎÏÔÙÛÆŒñ«»€£°’“”–—…")
N_SPECIAL = 16
JOINER = "⁀"
# Behind these a word gets its joiner; each has a piece with it. An apostrophe only where it opens a quote.
JOINED = "\n\t\"'([{=:;,/#*<>|+&@`~“«"
BEFORE_JOINER = Regex(
    r"""(?<=[\n\t"(\[{=:;,/#*<>|+&@`~“«])(?=\p{L})|(?<=[^\p{L}\p{N}\s]')(?=\p{L})|(?<=\s')(?=\p{L})"""
)
# One piece for the spaces of one, two or three levels of indentation, less the space that the next word brings itself.
INDENTATIONS = [("▁" * n, -4.0) for n in (3, 7, 11)]
JOINED_PIECES = [(JOINER, -12.0), *((mark + JOINER, -4.0) for mark in JOINED)]
TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>",
    "model_max_length": 512,
}  # fmt: skip


def fragments(n_examples, seed=11):
    """Text of generated examples, cut so that no piece can span a cut."""
    draw = Draw(seed, "train")
    tasks, weights = list(MIX), list(MIX.values())
    generated = (text for _ in range(n_examples) for text in make_example(draw.rng.choices(tasks, weights)[0], draw))
    # Made-up names crowd out words; German and French need their share of pieces too.
    pairs = CORPORA.german.get("train", []) * 2 + CORPORA.french.get("train", []) * 4
    phrases = [text for row in PHRASES * 40 for text in row]
    nouns = [" ".join(row[2::2]) for row in NOUNS * 20]
    for text in itertools.chain(generated, (text for english, others in pairs for text in (english, *others)), phrases, nouns):
        yield from (part for part in SINGLE.split(" " + text) if len(part) > 1)


def train_pieces(n_examples, vocab_size):
    """[(piece, log probability)]: <pad>, </s>, <unk>, then the learned pieces."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=fragments(n_examples), model_writer=model, model_type="unigram",
        vocab_size=vocab_size - N_SPECIAL, hard_vocab_limit=False, character_coverage=1.0,
        required_chars="".join(ALPHABET), normalization_rule_name="identity", add_dummy_prefix=False,
        remove_extra_whitespaces=False, split_digits=True, max_sentencepiece_length=16,
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, pad_piece="<pad>", eos_piece="</s>", unk_piece="<unk>",
        num_threads=2, minloglevel=2,
    )  # fmt: skip
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    pieces = [(processor.id_to_piece(i), processor.get_score(i)) for i in range(processor.get_piece_size())]
    known = {piece for piece, _ in pieces}
    lowest = min(score for _, score in pieces)
    missing = [(char, lowest) for char in ["\n", "\t", *ALPHABET] if char not in known]
    added = missing + INDENTATIONS + JOINED_PIECES
    # The rarest pieces make room, but no character of the alphabet does.
    n_dropped = len(pieces) + len(added) - (vocab_size - N_SPECIAL)
    rarest = [piece for piece, _ in reversed(pieces) if piece not in ALPHABET][: max(0, n_dropped)]
    return [pair for pair in pieces if pair[0] not in rarest] + added


def build(pieces, vocab_size):
    """A `tokenizers.Tokenizer` filled up with <extra_id_*> to the vocabulary size."""
    sentinels = [f"<extra_id_{i}>" for i in reversed(range(vocab_size - len(pieces)))]
    tokenizer = Tokenizer(models.Unigram(pieces + [(s, 0.0) for s in sentinels], unk_id=2, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.normalizer = normalizers.Replace(BEFORE_JOINER, JOINER + " ")
    tokenizer.decoder = decoders.Sequence([
        decoders.Metaspace(replacement="▁", prepend_scheme="always", split=False), decoders.Fuse(), decoders.Replace(JOINER + " ", ""),
    ])  # fmt: skip
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>", *sentinels])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="folder of real texts")
    parser.add_argument("--vocab-size", type=int, default=8192)
    parser.add_argument("--examples", type=int, default=80_000)
    args = parser.parse_args()

    corpora.load(args.data)
    tokenizer = build(train_pieces(args.examples, args.vocab_size), args.vocab_size)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(args.out / "tokenizer.json"))
    (args.out / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_CONFIG, indent=1) + "\n")
    for text in ["def add(a, b):\n    return a + b", "Wo ist der Bahnhof? Où est la gare ? 12345 {x}"]:
        encoded = tokenizer.encode(text)
        assert tokenizer.decode(encoded.ids) == text, (text, encoded.tokens)
        print(len(encoded.ids), encoded.tokens)


if __name__ == "__main__":
    main()
