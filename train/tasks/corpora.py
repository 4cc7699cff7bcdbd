"""Real texts, read from the folder given with --data. All are optional.

Addresses and licences are listed in the README of train/. `load()` fills
`CORPORA`; a generator whose text is missing makes synthetic examples instead.
"""

import csv
import json
import re
from types import SimpleNamespace

from . import named
from .common import is_held_out

CORPORA = SimpleNamespace(german={}, french={}, moons=[], intents={}, feelings={}, facts={}, named={})
UNFIT = re.compile(
    r"\b(kill|sex|fuck|shit|damn|drunk|rape|naked|suicide|bitch|ass|hell|idiot|stupid|die|dead|murder|gun|hate|nazi|"
    r"porn|whore|dick|crap|drug|merde|con|tuer|töte|Arsch|Scheiß)\w*", re.I)  # fmt: skip


def load(folder):
    if folder is None:
        return
    if (folder / "tatoeba_en-de_50k").exists():
        CORPORA.german = _pairs(folder / "tatoeba_en-de_50k/deu.txt")
    if (folder / "tatoeba_en-fr_5k").exists():
        CORPORA.french = _pairs(folder / "tatoeba_en-fr_5k/eng-fra.txt")
    if (folder / "devstronomy").exists():
        CORPORA.moons = _moons(folder / "devstronomy/data/csv/satellites.csv")
    if (folder / "clinc150").exists():
        CORPORA.intents = _intents(folder / "clinc150/data/data_full.json")
    if (folder / "goemotions").exists():
        CORPORA.feelings = _feelings(folder / "goemotions/data/goemotions")
    CORPORA.named = _named(folder)
    tasks = folder / "natural-instructions-v1/tasks"
    if tasks.exists():
        CORPORA.facts = _facts(tasks / "subtask041_qasc_answer_generation.json")


def _split(items, key, one_in=50):
    split = {"train": [], "held_out": []}
    for item in items:
        split["held_out" if is_held_out(key(item), one_in) else "train"].append(item)
    return split


def _pairs(path):
    """(English, its translations) of tab-separated sentences."""
    translations = {}
    for line in path.read_text().splitlines():
        columns = [column.replace("\u202f", " ").replace("\xa0", " ").strip() for column in line.split("\t")]
        if len(columns) >= 2 and len(columns[0]) > 2 and not UNFIT.search(columns[0] + " " + columns[1]):
            translations.setdefault(columns[0], []).append(columns[1])
    return _split(list(translations.items()), key=lambda pair: pair[0])


def _moons(path):
    with open(path, newline="") as file:
        rows = [(row["planet"], row["name"]) for row in csv.DictReader(file)]
    return [(planet, moon) for planet, moon in rows if not re.search(r"\d", moon)]


def _intents(path):
    by_intent = {}
    data = json.loads(path.read_text())
    for text, intent in data["train"] + data["test"]:
        by_intent.setdefault(intent.replace("_", " "), []).append(text)
    return {intent: _split(texts, key=str, one_in=10) for intent, texts in by_intent.items()}


POSITIVE = "admiration amusement approval caring excitement gratitude joy love optimism pride relief".split()
NEGATIVE = (
    "anger annoyance disappointment disapproval disgust embarrassment fear grief remorse sadness nervousness".split()
)


def _feelings(folder):
    """{"positive" | "negative": split of texts}, from comments with one label."""
    names = (folder / "labels.txt").read_text().split()
    texts = {"positive": [], "negative": []}
    for line in (folder / "train.tsv").read_text().splitlines():
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) != 3 or not columns[1].isdigit() or not 15 < len(columns[0]) < 110 or UNFIT.search(columns[0]):
            continue
        name = names[int(columns[1])]
        for kind, members in (("positive", POSITIVE), ("negative", NEGATIVE)):
            if name in members:
                texts[kind].append(columns[0])
    return {kind: _split(items, key=str) for kind, items in texts.items()}


def _facts(path):
    """Split of (sentence, question, answer) whose answer stands in the sentence."""
    facts = []
    for instance in json.loads(path.read_text())["Instances"]:
        match = re.fullmatch(r"Fact: (.+?)\s*\nQuestion: (.+?\?)\s*", instance["input"], re.S)
        answer = instance["output"][0].strip().rstrip(".")
        if match and "_" not in match[0] and len(match[1]) < 160 and 0 < len(answer) < 40:
            at = match[1].lower().find(answer.lower())
            if at >= 0:  # the answer as the sentence spells it
                sentence, question = (text[0].upper() + text[1:] for text in match.groups())
                facts.append((sentence, question, match[1][at : at + len(answer)]))
    return _split(facts, key=lambda fact: fact[0])


def _named(folder):
    """{"places" | "people" | "none": split of templates of one to three sentences that name such}, see named.py."""
    texts = [english for pairs in (CORPORA.german, CORPORA.french) for part in pairs.values() for english, _ in part]
    if (folder / "goemotions").exists():
        lines = (folder / "goemotions/data/goemotions/train.tsv").read_text().splitlines()
        comments = [line.split("\t")[0].strip() for line in lines if "[NAME]" in line]
        texts += filter(None, map(named.unmasked, comments))
    if (folder / "gsm8k").exists():
        lines = (folder / "gsm8k/grade_school_math/data/train.jsonl").read_text().splitlines()
        for question in (json.loads(line)["question"] for line in lines):
            sentences = re.split(r"(?<=[.?!]) +", question.replace("\n", " "))
            texts += [" ".join(sentences[:n]) for n in (1, 2, 3) if len(sentences) > n] + sentences[1:-1]
    if (folder / "svamp").exists():
        texts += [row["Body"].strip() + "." * (row["Body"].strip()[-1] != ".") for row in json.loads((folder / "svamp/SVAMP.json").read_text())]
    texts = [re.sub(r"\s+", " ", text.replace("\u2019", "'")) for text in texts if 10 < len(text) < 240 and not UNFIT.search(text)]
    kinds = {"places": [], "people": [], "none": []}
    for text in named.templates(texts):
        kinds["places" if "{l" in text else "people" if "{p" in text else "none"].append(text)
    return {kind: _split(found, key=str) for kind, found in kinds.items()} if texts else {}


def draw_from(d, split):
    return d.pick(split["train" if d.split == "train" else "held_out"])
