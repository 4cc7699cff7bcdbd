"""The tasks the model is trained on.

Each module has `make(draw) -> (prompt, target)`. `MIX` gives every task's share
of the examples.
"""

from . import chat, code, copying, dialogue, entities, passage, pattern, question, sentiment, story, translation

MAKERS = {
    "question": question.make, "chat": chat.make, "story": story.make, "dialogue": dialogue.make,
    "translation": translation.make,
    "code": code.make, "entities": entities.make, "sentiment": sentiment.make, "passage": passage.make,
    "copying": copying.make,
    "pattern": pattern.make,
}  # fmt: skip
MIX = {
    "question": 0.10, "chat": 0.06, "story": 0.04, "dialogue": 0.10, "translation": 0.21,
    "code": 0.11, "entities": 0.12, "sentiment": 0.12, "passage": 0.14, "copying": 0.03, "pattern": 0.05,
}  # fmt: skip


def make_example(task, draw):
    """(prompt, target) of one task, for the split of `draw`."""
    return MAKERS[task](draw)
