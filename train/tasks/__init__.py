"""The tasks the model is trained on.

Each module has `make(draw) -> (prompt, target)`. `MIX` gives every task's share
of the examples.
"""

import json
from pathlib import Path

from . import (
    binding, chat, code, copying, dialogue, entities, function_call, matching, passage, pattern, question, sentiment, story, translation,
)  # fmt: skip
from .common import normalized

MAKERS = {
    "question": question.make, "chat": chat.make, "story": story.make, "dialogue": dialogue.make,
    "translation": translation.make,
    "code": code.make, "entities": entities.make, "sentiment": sentiment.make, "passage": passage.make, "binding": binding.make,
    "copying": copying.make,
    "pattern": pattern.make, "function_call": function_call.make, "matching": matching.make, "invented_call": function_call.invented_call,
}  # fmt: skip
MIX = {
    "question": 0.065, "chat": 0.095, "story": 0.065, "dialogue": 0.13, "translation": 0.14, "code": 0.04,
    "entities": 0.07, "sentiment": 0.115, "passage": 0.08, "copying": 0.01, "pattern": 0.07,
    "function_call": 0.065, "matching": 0.005, "binding": 0.05,
}  # fmt: skip


def _kept_for_scores():
    """The normalized prompts that are measured on; plain facts, greetings and phrases of prompts.txt may be taught as they stand."""
    folder = Path(__file__).parents[1]
    cases = (json.loads(line)["prompt"] for path in sorted(folder.glob("cases/*.jsonl")) for line in path.read_text().splitlines())
    rows = (line.split(" | ") for line in (folder / "prompts.txt").read_text().splitlines() if line and not line.startswith("#"))
    written = (prompt.replace("\\n", "\n") for task, prompt, _ in rows if task not in ("question", "chat", "translation"))
    return frozenset(map(normalized, (*cases, *written)))


KEPT_FOR_SCORES = _kept_for_scores()


def make_example(task, draw):
    """(prompt, target) of one task, for the split of `draw`; never trains on a prompt that is measured on."""
    while True:
        prompt, target = MAKERS[task](draw)
        if draw.split != "train" or normalized(prompt) not in KEPT_FOR_SCORES:
            return prompt, target
