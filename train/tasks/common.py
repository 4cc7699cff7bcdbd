"""What all generators share: randomness that knows its split, text tables, framing.

Three splits:
  train      what the model is trained on;
  fillings   training phrasings around names, places and words never trained on;
  phrasings  held-out phrasings around held-out fillings.
"""

import hashlib
import random
import re
from contextlib import contextmanager
from pathlib import Path

NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
SPLITS = ("train", "fillings", "phrasings")
ALTERNATIVES = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


def is_held_out(text: str, one_in: int) -> bool:
    """A fixed one-in-n choice that does not depend on order or on other items."""
    return int(hashlib.md5(text.encode()).hexdigest(), 16) % one_in == 0


def lines(name):
    """The lines of a text table of this folder, without comments."""
    return [
        line for line in (Path(__file__).parent / name).read_text().splitlines() if line and not line.startswith("#")
    ]


def table(name):
    """Its rows; columns are separated by "|"."""
    return [line.split("|") for line in lines(name)]


class Fillings:
    """A list of names or words of which one in ten is never trained on."""

    def __init__(self, items):
        items = sorted(set(items))
        self.train = [item for item in items if not is_held_out(item, 10)]
        self.held_out = [item for item in items if is_held_out(item, 10)] or self.train


class Draw:
    """A seeded source of choices for one split."""

    _phrasings: dict = {}

    def __init__(self, seed, split="train"):
        assert split in SPLITS, split
        self.rng, self.split = random.Random(seed), split
        # A wording of the split "phrasings" is trained on, too, as its list has none that is not.
        self.fell_back = False

    def chance(self, probability):
        return self.rng.random() < probability

    def pick(self, items):
        return items[int(self.rng.random() * len(items))]

    def weighted(self, choices):
        """One of the items of (item, weight) pairs."""
        return self.rng.choices([item for item, _ in choices], [weight for _, weight in choices])[0]

    def some(self, items, n):
        return self.rng.sample(items, n)

    def number(self, low, high):
        return self.rng.randint(low, high)

    def shuffled(self, items):
        items = list(items)
        self.rng.shuffle(items)
        return items

    def fill(self, fillings: Fillings):
        return self.pick(fillings.train if self.split == "train" else fillings.held_out)

    def phrase(self, *phrasings):
        """One of the wordings; one in eight of them is kept for the split "phrasings".

        Alternatives within a wording stand in brackets, also one in another: "[Sum up|Summarize] the [chat|dialogue].".
        """
        if phrasings not in self._phrasings:
            seen = [p for p in phrasings if not is_held_out(str(p), 8)]
            held_out = [p for p in phrasings if is_held_out(str(p), 8)]
            # Where all would be held out, all are trained on.
            self._phrasings[phrasings] = (seen, held_out, set(held_out)) if seen else (phrasings, [], set())
        seen, held_out, kept = self._phrasings[phrasings]
        if self.split != "phrasings":
            while True:  # a variant of one that is trained on may be one that is not
                wording = self.expand(self.pick(seen))
                if not isinstance(wording, str) or re.sub(" +", " ", wording).strip(" ") not in kept:
                    return wording
        self.fell_back |= not held_out
        return self.expand(self.pick(held_out or seen))

    @contextmanager
    def lenient(self):
        """Wordings that are drawn within it may be trained on: they are not what a case asks for."""
        fell_back = self.fell_back
        yield
        self.fell_back = fell_back

    def expand(self, wording):
        """The wording with one alternative of each "[a|b|c]"."""
        if not isinstance(wording, str) or "|" not in wording:
            return wording
        count = 1
        while count:  # from the inside out
            wording, count = ALTERNATIVES.subn(lambda match: self.pick(match.group(1).split("|")), wording)
        return wording


def normalized(text):
    """Its words in lower case: two prompts that differ in nothing else are the same."""
    return " ".join(re.findall(r"\w+", text.lower()))


def with_article(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def plural(noun):
    irregular = {"mouse": "mice", "knife": "knives", "wolf": "wolves", "scarf": "scarves", "tomato": "tomatoes", "potato": "potatoes"}
    if noun in irregular:
        return irregular[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"


def numbered(texts):
    """A line each, from "1. " on."""
    return "\n".join(f"{i}. {text}" for i, text in enumerate(texts, 1))


def capitalized(text):
    return text[:1].upper() + text[1:]


def as_typed(d, question, share):
    """Now and then all in lower case and without its mark, as people type."""
    return question.lower().rstrip("?.") if d.chance(share) else question


def frame(d, instruction, text, label="Text", answer="Answer"):
    """The many ways in which people put an instruction and its input together."""
    bare = instruction.rstrip(".?!:")
    if d.chance(0.08):
        instruction, bare = (x[0].lower() + x[1:] for x in (instruction, bare))
    layout = d.phrase(
        "{bare}: {text}", "{bare}:\n{text}", "{bare}:\n\n{text}", "{instruction}\n\n{text}", "{instruction}\n{text}",
        "{instruction} {text}", "{text}\n\n{instruction}", "{text}\n{instruction}", "{text} {instruction}",
        "{instruction}\n\n{label}: {text}", "{instruction}\n{label}: {text}", "{label}: {text}\n\n{instruction}",
        "{instruction}\n\n{label}: {text}\n\n{answer}:", "{instruction}\n{label}: {text}\n{answer}:",
        "{instruction}\n\n{label}: {text}\n{answer}:", "{label}: {text}\n{instruction}", "{label}:\n{text}\n\n{instruction}",
        "{label}: {text} {instruction}", "{instruction} {label}: {text}", "{instruction} {label}: {text} {answer}:",
        "{instruction}\n\n{text}\n\n{answer}:", "{text}\n\n{instruction}\n\n{answer}:", "{text}\n{instruction}\n{answer}:",
        '{instruction} "{text}"', '{bare}: "{text}"', "{instruction}\n\n{label}:\n{text}", '"{text}"\n\n{instruction}',
        "Please {lower}: {text}", "Please {lower}.\n\n{text}", "{text}\n\nPlease {lower}.", "[Here is|This is|Read] a text: {text}\n\n{instruction}",
        "Instruction: {instruction}\nInput: {text}\nOutput:", "Task: {instruction}\n\n{text}", "[Task|Question]: {instruction}\n{label}: {text}\n{answer}:",
        "{instruction}\n---\n{text}\n---", "### Instruction:\n{instruction}\n\n### Input:\n{text}\n\n### Response:",
        "Q: {instruction}\n{text}\nA:", "User: {instruction} {text}\nAssistant:", "{text}\n---\n{instruction}",
        "[I have a text|Look at this text|Consider this text]: {text}\n{instruction}",
        "[Can|Could] you {lower}?\n\n{text}" if instruction.endswith(".") else "{instruction}\n\n{text}\n",
    )  # fmt: skip
    lower = bare[0].lower() + bare[1:]
    if instruction.endswith("?") and "{lower}" in layout:
        layout = "{instruction} {text}"
    text = text.strip()
    return layout.format(bare=bare, lower=lower, instruction=instruction, text=text, label=label, answer=answer).strip()


# "[one;or;other]1" in a row of a table: one of them is drawn for the whole row, in which {1} is the same.
LIST = re.compile(r"\[([^\[\]]*;[^\[\]]*)\](\d)")


def drawn(d, *texts):
    """{number of a list in the texts: one of its words}"""
    return {number: d.pick(words.split(";")) for text in texts for words, number in LIST.findall(text)}


def filled_in(text, *values):
    """The text with its slots and lists as the first of the values has them; the words of a list may have slots, too."""
    value = lambda match: next((str(known[match[1]]) for known in values if match[1] in known), match[0])
    text = LIST.sub(r"{\2}", text)
    return re.sub(r"\{(\w+)\}", value, re.sub(r"\{(\w+)\}", value, text))


def with_capitals(text):
    """Every sentence with a capital."""
    return re.sub(r"(^|[.!?] )([a-z])", lambda match: match[1] + match[2].upper(), text)
