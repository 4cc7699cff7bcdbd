"""The tasks the model is trained on.

Each module has `make(draw) -> (prompt, target)`. `MIX` gives every task's share
of the examples.
"""

from . import (
    chat, code, copying, dialogue, entities, function_call, passage, pattern, question, sentiment, story, translation,
)  # fmt: skip

MAKERS = {
    "question": question.make, "chat": chat.make, "story": story.make, "dialogue": dialogue.make,
    "translation": translation.make,
    "code": code.make, "entities": entities.make, "sentiment": sentiment.make, "passage": passage.make,
    "copying": copying.make,
    "pattern": pattern.make, "function_call": function_call.make,
}  # fmt: skip
MIX = {
    "question": 0.08, "chat": 0.08, "story": 0.04, "dialogue": 0.08, "translation": 0.16, "code": 0.08,
    "entities": 0.11, "sentiment": 0.15, "passage": 0.12, "copying": 0.02, "pattern": 0.04, "function_call": 0.08,
}  # fmt: skip


def make_example(task, draw):
    """(prompt, target) of one task, for the split of `draw`."""
    return MAKERS[task](draw)
