"""Trains three tiny SentencePiece vocabularies and exports them as Hugging Face does.

t5    nmt_nfkc, no byte fallback, no Hangul: the shape of T5's own.
flan  the same, but with a small normalization table of our own, so that the
      files that carry its `precompiled_charsmap` stay small.
mt5   the small table, byte fallback, Hangul: the shape of mT5's and umT5's.

All are unigram models. Pieces 0, 1, 2 are `<pad>`, `</s>`, `<unk>` in each, as in the published models;
`<extra_id_N>` come after the SentencePiece pieces, in falling order.
"""

import json
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import ModelProto
from transformers import ByT5Tokenizer, T5TokenizerFast

import corpus

T5_PIECES, T5_EXTRA_IDS = 224, 28
MT5_PIECES, MT5_EXTRA_IDS = 408, 8


def small_normalization_table(path):
    """Writes NFKC for a handful of code points, as a SentencePiece rule file.

    A line is `source code points TAB target code points`, in hexadecimal.
    Composed letters, full-width forms, ligatures, odd spaces and the Hangul
    syllables of the corpus are covered; all else passes unchanged.
    """
    hangul = {c for c in corpus.KOREAN if "가" <= c <= "힣"}
    composed = hangul | set("äöüÄÖÜßàâçèéêëîïôùûÀÉÈÇñÑ")
    compatible = [chr(c) for c in (*range(0xFF01, 0xFF5F), *range(0xFB00, 0xFB07))]
    compatible += list("①②③½²³™Ⅳ…㈜℃")
    rules = {unicodedata.normalize("NFD", c): c for c in composed if unicodedata.normalize("NFD", c) != c}
    rules |= {c: unicodedata.normalize("NFKC", c) for c in compatible}
    rules |= {chr(c): " " for c in (0x09, 0x0A, 0x0D, 0xA0, 0x2002, 0x2003, 0x2009, 0x3000)}
    rules |= {chr(c): "" for c in (0x200B, 0xFEFF)}
    hexes = lambda text: " ".join(f"{ord(c):X}" for c in text)
    path.write_text("".join(f"{hexes(a)}\t{hexes(b)}\n" for a, b in sorted(rules.items())), encoding="utf-8")


def train(prefix, sentences, **options):
    """Trains one unigram model into `prefix`.model; the same options give the same bytes."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_prefix=str(prefix), model_type="unigram",
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, num_threads=1, minloglevel=2, **options,
    )
    Path(f"{prefix}.vocab").unlink()
    # The trainer notes where it wrote; the file must not depend on that.
    path = Path(f"{prefix}.model")
    model = ModelProto.FromString(path.read_bytes())
    model.trainer_spec.ClearField("model_prefix")
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    path.write_bytes(model.SerializeToString(deterministic=True))


def export_fast(spiece, folder, extra_ids, layout):
    """Writes tokenizer.json and its companions for `spiece` into `folder`.

    layout "published": as in the Hub's flan-t5 (older converter: no Strip, runs
    of spaces become one space, `add_prefix_space`).
    layout "converter": as transformers 4.57 writes it today.
    layout "byte_fallback": the same, with pieces of single bytes in use.
    """
    folder.mkdir()
    fast = T5TokenizerFast(str(spiece), extra_ids=extra_ids, model_max_length=512, add_prefix_space=True)
    fast.save_pretrained(folder)
    # With this key transformers would convert spiece.model anew instead of reading tokenizer.json.
    settings = folder / "tokenizer_config.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    del content["add_prefix_space"]
    settings.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    tokenizer_json = folder / "tokenizer.json"
    content = json.loads(tokenizer_json.read_text(encoding="utf-8"))
    if layout == "published":
        charsmap = content["normalizer"]["normalizers"][0]
        content["normalizer"]["normalizers"] = [
            charsmap, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]
        metaspace = {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}
        content["pre_tokenizer"] = content["decoder"] = metaspace
        del content["model"]["byte_fallback"]
    if layout == "byte_fallback":
        content["model"]["byte_fallback"] = True
        # One step for each token, then one for the whole text: the order of the decoders matters.
        content["decoder"] = {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
            {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    tokenizer_json.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def make_tokenizers(work):
    """Trains the vocabularies into the scratch folder `work` and writes the five tokenizer folders.

    Returns {name: folder}; a folder holds tokenizer_config.json, special_tokens_map.json
    and, but for byt5, tokenizer.json and spiece.model.
    """
    table = work / "normalization.tsv"
    small_normalization_table(table)
    train(work / "t5", corpus.TRAINING_T5, vocab_size=T5_PIECES, character_coverage=1.0,
          normalization_rule_name="nmt_nfkc")
    train(work / "flan", corpus.TRAINING_T5, vocab_size=T5_PIECES, character_coverage=1.0,
          normalization_rule_tsv=str(table))
    train(work / "mt5", corpus.TRAINING_MT5, vocab_size=MT5_PIECES, character_coverage=0.98,
          byte_fallback=True, normalization_rule_tsv=str(table))
    folders = {name: work / f"{name}-tokenizer" for name in ("t5", "flan", "mt5", "umt5", "byt5")}
    export_fast(work / "t5.model", folders["t5"], T5_EXTRA_IDS, "published")
    export_fast(work / "flan.model", folders["flan"], T5_EXTRA_IDS, "published")
    export_fast(work / "mt5.model", folders["mt5"], MT5_EXTRA_IDS, "converter")
    export_fast(work / "mt5.model", folders["umt5"], MT5_EXTRA_IDS, "byte_fallback")
    ByT5Tokenizer(model_max_length=1024).save_pretrained(folders["byt5"])
    return folders
