"""Self-check of the generators, the batching and the model: python check.py [--data DIR]

Plain assertions, half a minute, no training. Tells of every property a
generator must keep whatever is drawn.
"""

import argparse
import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from batching import split_by_length
from grow import grow
from model import T5, Shape
from tasks import MAKERS, binding, chat, corpora, few_shot, make_example, sentiment
from tasks.common import ALTERNATIVES, NUMBER_WORDS, SPLITS, Draw, is_held_out
from tasks.names import CITIES, FIRST_NAMES, LAST_NAMES
from tasks.passage import UNANSWERABLE

UNFILLED = re.compile(r"\{\w{1,10}\}")
N = 400


def check_every_task():
    for split in SPLITS:
        for task in MAKERS:
            draw = Draw(1, split)
            for prompt, target in (make_example(task, draw) for _ in range(N)):
                assert prompt and target and prompt == prompt.strip() and target == target.strip(), (
                    task,
                    prompt,
                    target,
                )
                assert not UNFILLED.search(prompt + target), (task, prompt, target)
                assert not ALTERNATIVES.search(prompt + target), (task, prompt, target)


EXAMPLES_OF_A_SEED = """
import hashlib, sys
from pathlib import Path
from tasks import MAKERS, corpora, make_example
from tasks.common import Draw
corpora.load(Path(sys.argv[1]) if sys.argv[1:] else None)
for task in MAKERS:
    draw = Draw(3)
    texts = repr([make_example(task, draw) for _ in range(200)])
    print(task, hashlib.sha256(texts.encode()).hexdigest())
"""


def same_examples_in_every_process(data):
    """The same examples in two processes, which order their sets differently."""
    first, second = (
        subprocess.run(
            [sys.executable, "-c", EXAMPLES_OF_A_SEED, *([str(data)] if data else [])], cwd=Path(__file__).parent,
            env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout.splitlines()
        for seed in "12"
    )  # fmt: skip
    assert first == second and len(first) == len(MAKERS), set(first) ^ set(second)


def check_held_out_fillings():
    for fillings in (FIRST_NAMES, LAST_NAMES, CITIES):
        assert len(fillings.held_out) > 50 and not set(fillings.train) & set(fillings.held_out)


def check_held_out_wordings():
    """No variant of a wording that is trained on is one that is not."""
    kept = next(f"say {i}" for i in range(100) if is_held_out(f"say {i}", 8) and not is_held_out(f"[say|tell] {i}", 8))
    draw, wordings = Draw(1), (kept.replace("say", "[say|tell]"), kept)
    assert {draw.phrase(*wordings) for _ in range(50)} == {kept.replace("say", "tell")}


# What a short answer may begin with that its passage says otherwise: "because of rain" where "the reason was rain".
BEGINNING = re.compile(r"^(\d\. )?(because of |because |at |in |on |to |from |until |since |after |behind |when )?(the |a |an )?")


def check_passages():
    """An answer stands in its passage, word for word."""
    draw = Draw(5)
    n_unanswerable = 0
    for prompt, answer in (make_example("passage", draw) for _ in range(N)):
        if answer == UNANSWERABLE:
            n_unanswerable += 1
            continue
        if answer in ("yes", "no"):
            continue
        for line in answer.split("\n"):
            for part in re.split(" on | at ", BEGINNING.sub("", line)):
                assert part in ("yes", "no") or part.lower() in prompt.lower(), (prompt, answer)
    assert 0 < n_unanswerable < N / 4


def check_entities():
    """Every name of the answer stands in the text."""
    draw = Draw(6)
    for prompt, answer in (make_example("entities", draw) for _ in range(N)):
        for name in re.split(r", |; |People: |Places: |Organizations: ", answer):
            assert name in prompt or name == "none", (prompt, answer)


def check_code():
    draw = Draw(7)
    for prompt, answer in (make_example("code", draw) for _ in range(N)):
        ast.parse(answer + " pass" if answer.endswith(":") else answer)


def check_function_calls():
    """The called function and every value of the call stand in the prompt, small numbers maybe as words."""
    draw = Draw(8)
    stands = lambda part, prompt: str(part) in prompt or isinstance(part, int) and part < len(NUMBER_WORDS) and NUMBER_WORDS[part] in prompt.lower()
    for prompt, answer in (make_example("function_call", draw) for _ in range(N)):
        for line in answer.split("\n"):
            line = re.sub(r"^\d\. ", "", line)
            if line.startswith("{"):
                call = json.loads(line)
                name, values = call["name"], call["arguments"].values()
            elif line.isidentifier():  # only the function was asked for
                name, values = line, []
            else:
                call = ast.parse(line, mode="eval").body
                name, values = call.func.id, [keyword.value.value for keyword in call.keywords]
            assert all(stands(part, prompt) for part in (name, *values)), (prompt, answer)


def check_matching():
    """What is chosen is listed, and a name with its description is so in one entry, which has at most two lines."""
    draw = Draw(12)
    for prompt, answer in (make_example("matching", draw) for _ in range(N)):
        lines = prompt.replace('\\"', '"').split("\n")
        entries = ["\n".join(pair) for pair in zip(lines, [*lines[1:], ""])]
        for line in answer.split("\n"):
            parts = re.split(": | - | = | -> ", re.sub(r"^\d\. ", "", line))
            assert all(parts) and any(all(part in entry for part in parts) for entry in entries), (prompt, answer)


def check_few_shot():
    """Every label that is asked for is shown with an example."""
    draw = Draw(9)
    for prompt, answer in (few_shot.few_shot(draw) for _ in range(N)):
        examples = prompt[: prompt.rindex("1. ")] if ", " in answer else prompt
        assert all(label in examples for label in answer.split(", ")), (prompt, answer)
    # Where a class has one text, that is asked for again, and its label stands beside it.
    alone = {"ant text": "x", "bee text": "y"}
    with mock.patch.object(few_shot, "classes_and_labels", lambda d: (list(alone), lambda d, text: text, alone)):
        for prompt, answer in (few_shot.few_shot(draw) for _ in range(N)):
            if ", " not in answer:
                assert answer == alone[max(alone, key=prompt.rindex)], (prompt, answer)


def check_binding():
    """Every answer stands in the text, but for the word before a name or a thing, and a sum's "dollars"."""
    for split in SPLITS:
        draw = Draw(13, split)
        for prompt, answer in (binding.make(draw) for _ in range(N)):
            for line in re.sub(r"(?m)^\d\. ", "", answer).split("\n"):
                told = re.sub(r"^(on|in|to the|to|the|an?) | dollars$", "", line)
                assert told.lower() in prompt.lower(), (prompt, answer)


def check_slots_of_chats():
    """Every list of chat_choices.txt fills a slot of some row."""
    rows = " ".join(wording for row in (*chat.FIXED, *chat.STATEMENTS) for column in row for wording in column)
    unused = [slot for slot in chat.CHOICES if "{" + slot + "}" not in rows]
    assert not unused, f"no row of chat.txt or statements.txt has these slots of chat_choices.txt: {unused}"


def check_offered_labels():
    """The label of a text is one of those that its prompt offers, by whatever name."""
    draw = Draw(11)
    for make in (sentiment.by_other_names, sentiment.by_topic, sentiment.by_class, sentiment.by_function):
        for prompt, label in (make(draw) for _ in range(N)):
            assert label.lower() in prompt.lower(), (make, prompt, label)


def check_batching():
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 200, (2, 160)).astype(np.int32)
    groups = split_by_length(*lengths, 4)
    assert sorted(np.concatenate(groups)) == list(range(160)) and 1 < len(groups) <= 4
    padded = lambda groups: sum(len(g) * lengths[0][g].max() for g in groups)
    assert padded(groups) < padded([np.arange(160)])


def check_packing():
    """A padded batch gives every row the logits it has alone."""
    torch.manual_seed(0)
    model = T5(
        Shape(vocab_size=64, d_model=32, d_kv=8, d_ff=32, num_heads=2, num_layers=2, num_decoder_layers=2)
    ).eval()
    input_lengths, output_lengths = [7, 3, 5], [2, 6, 4]
    row_mask = lambda lengths: torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
    input_ids, decoder_ids = torch.randint(3, 64, (3, 7)), torch.randint(3, 64, (3, 6))
    with torch.no_grad():
        together = model(input_ids, row_mask(input_lengths), decoder_ids, row_mask(output_lengths))
        alone = [
            model(input_ids[i : i + 1, :s], row_mask([s]), decoder_ids[i : i + 1, :t], row_mask([t]))
            for i, (s, t) in enumerate(zip(input_lengths, output_lengths))
        ]
    assert torch.allclose(together, torch.cat(alone), atol=1e-4)


def check_grow():
    """New blocks change nothing before they are trained, and each lies behind the one it was copied from."""
    torch.manual_seed(1)
    model = T5(Shape(vocab_size=64, d_model=32, d_kv=8, d_ff=32, num_heads=2, num_layers=3, num_decoder_layers=1)).eval()
    grown = grow(model, [1, 3])
    assert grown.shape.num_layers == 5
    ids, mask = torch.randint(3, 64, (2, 9)), torch.ones(2, 9, dtype=bool)
    with torch.no_grad():
        assert torch.allclose(model(ids, mask, ids, mask), grown(ids, mask, ids, mask), atol=1e-5)
    gates = [block.layer[1].DenseReluDense.wi_0.weight for block in grown.encoder.block]
    sources = [model.encoder.block[i].layer[1].DenseReluDense.wi_0.weight for i in (0, 0, 1, 2, 2)]
    assert all(torch.equal(gate, source) for gate, source in zip(gates, sources))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of real texts")
    data = parser.parse_args().data
    corpora.load(data)
    same_examples_in_every_process(data)
    print("same_examples_in_every_process ok", flush=True)
    for name, check in list(globals().items()):
        if name.startswith("check_"):
            check()
            print(name, "ok", flush=True)


if __name__ == "__main__":
    main()
