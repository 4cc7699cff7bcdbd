"""The tasks the model is trained on.

Each module has `make(draw) -> (prompt, target)`. `MIX` gives every task's share
of the examples.
"""

from . import chat, code, copying, dialogue, entities, passage, question, sentiment, story, translation

MAKERS = {
    "question": question.make, "chat": chat.make, "story": story.make, "dialogue": dialogue.make, "translation": translation.make,
    "code": code.make, "entities": entities.make, "sentiment": sentiment.make, "passage": passage.make, "copying": copying.make,
}  # fmt: skip
MIX = {
    "question": 0.10, "chat": 0.06, "story": 0.05, "dialogue": 0.13, "translation": 0.16,
    "code": 0.11, "entities": 0.13, "sentiment": 0.14, "passage": 0.16, "copying": 0.05,
}  # fmt: skip


def make_example(task, draw):
    """(prompt, target) of one task, for the split of `draw`."""
    return MAKERS[task](draw)
