"""Write case files: python make_cases.py --out DIR [--data DIR] [--per-task 60]

Cases are prompts with held-out wordings around held-out names and words (the
split "phrasings" of tasks/common.py), one JSON object a line, a file a task;
README.md has the fields. Without --data they hold only text of this project;
those in cases/ were made so, with --avoid of the run that made the model, when
a wording that is trained on was taken where a list had no other. With it,
held-out rows of the real texts are mixed in, and translation is measured on
them, too (tatoeba_de, tatoeba_fr).

    python make_cases.py --check RUN [--data DIR] FILE.jsonl ...

tells whether the prompt of a case stands in the training data of RUN.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from tokenizers import Tokenizer

from batching import Examples
from tasks import (
    chat, code, corpora, dialogue, entities, few_shot, function_call, opinions, passage, question, sentiment, story, translation,
)  # fmt: skip
from tasks.common import Draw, normalized


def dialogue_case(draw):
    """Of 4 to 10 turns. A right summary names those of the speakers whom the expected one names: a Doctor is "the doctor" there."""
    while True:
        prompt, summary, spoken = dialogue.to_summarize(draw)
        if not 4 <= len(spoken) <= 10:
            continue
        speakers = {speaker for speaker, _ in spoken if len(speaker) > 1}
        roles = {name: name.lower() for name in speakers if f"the {name.lower()}" in summary.lower()}
        if names := sorted(roles.get(name, name) for name in speakers if not name[0].islower()):  # letters are found in any word
            return {"prompt": prompt, "expected": [summary], "names": names}


# What must be in an answer that is a sentence.
KEYS = [
    r"is a moon of (\w+)", r"the (\w+ planet) from the sun", r"is the capital of (?:the )?(.+)\.$", r"^[^.]* is in (.+)\.$",
    r"Its capital is (.+?) and",
]  # fmt: skip


def question_case(draw):
    prompt, answer = question.make(draw)
    if "a moon or a planet" in prompt:
        return prompt, "moon" if "moon" in answer else "planet"
    keys = [match[1] for key in KEYS if (match := re.search(key, answer))]
    return prompt, keys[0] if keys else answer


def passage_case(draw):
    """A passage of at most some 150 words, with its question."""
    while len((case := passage.make(draw))[0].split()) > 170:
        pass
    return case


def story_case(draw):
    while True:
        prompt, _, subject = story.with_subject(draw)
        if subject:
            return {"prompt": prompt, "subject": subject}


def chat_case(draw):
    """What was told must come back: "Anna" of "Your name is Anna.", "No" and "tea" of "No, you do not like tea."."""
    patterns = [re.sub(r"\\\{\w+\\\}", "(.+)", re.escape(text)) for *_, answers in chat.REMEMBERED for text in answers]
    while True:
        prompt, answer = chat.conversation(draw, asks_back=True)
        matches = [match.groups() for pattern in patterns if (match := re.fullmatch(pattern, answer))]
        told = min(matches, key=lambda groups: len(" ".join(groups)))
        if told:
            return {"prompt": prompt, "expected": [*re.findall("^(?:Yes|No)(?=,)", answer), *told]}


def few_shot_blind(draw):
    """The input of a few-shot prompt without its examples: only chance is left."""
    while True:
        prompt, answer = few_shot.few_shot(draw)
        parts = prompt.split("\n\n")
        if len(parts) > 2 and ", " not in answer:
            return parts[-1], answer


WORDINGS = [
    "Translate to {l}: {x}", "translate English to {l}: {x}", "{x}\n\nTranslate to {l}.", 'How do you say "{x}" in {l}?',
    "English: {x}\n{l}:", "Translate the following sentence into {l}: {x}",
]  # fmt: skip


def translate(language, rows):
    """Translations of held-out sentences; rows are (English, accepted translations)."""

    def make(draw):
        english, accepted = draw.pick(rows)
        return {"prompt": draw.pick(WORDINGS).format(l=language, x=english), "expected": accepted}

    return make


def any_sentence(draw):
    """A sentence that asks for nothing: whatever the model says of it, it must come to an end."""
    tables = [
        lambda: translation.pair(draw)[0], lambda: passage.fact(draw)[0], lambda: entities.item(draw)[0], lambda: chat.filled(draw, draw.pick(chat.STATEMENTS))[0],
        lambda: opinions.opinion(draw, draw.pick(["positive", "negative"])), lambda: opinions.topic_text(draw, draw.pick(list(opinions.TOPICS))),
        lambda: dialogue.dialogue(draw)[0].split(": ", 1)[1].split("\n")[0], lambda: story.with_subject(draw)[1].split(". ")[draw.number(0, 1)],
    ]  # fmt: skip
    return {"prompt": draw.pick(tables)().strip()}


# Task -> how it is measured, and what makes a case: its fields, or (prompt, answer).
TASKS = {
    "question": (["contains"], question_case),
    "passage": (["f1"], passage_case),
    "entities": (["entity_f1"], entities.make),
    "dialogue": (["rouge_l", "names"], dialogue_case),
    "code": (["exact"], code.make),
    "sentiment": (["exact"], sentiment.zero_shot),
    "topic": (["exact"], sentiment.by_topic),
    "few_shot": (["exact"], few_shot.few_shot),
    "few_shot_blind": (["exact"], few_shot_blind),
    "function_call": (["exact"], function_call.make),
    "chat_memory": (["contains_all"], chat_case),
    "story": (["story"], story_case),
    "translation_de": (["chrf"], translate("German", [(x, german) for x, (german, _) in translation.HELD_OUT.items()])),
    "translation_fr": (["chrf"], translate("French", [(x, french) for x, (_, french) in translation.HELD_OUT.items()])),
    "any_sentence": (["no_loop"], any_sentence),
}
SIZES = {"any_sentence": 500, "translation_de": 40, "translation_fr": 40}  # of those that are not --per-task


# What is said in a dialogue or a chat has wordings that are trained on, too: names, facts and instructions are held out.
HAS_TRAINED_WORDINGS = {"dialogue", "chat_memory", "any_sentence"}


def make_task(task, n, seed, avoided=frozenset()):
    measures, make = TASKS[task]
    draw, cases = Draw(seed, "phrasings"), {}
    for _ in range(60 * n):  # there may be fewer than n
        draw.fell_back = False
        case = make(draw)
        if draw.fell_back and task not in HAS_TRAINED_WORDINGS:
            continue
        if isinstance(case, tuple):
            case = {"prompt": case[0], "expected": [case[1]]}
        if normalized(case["prompt"]) not in avoided:
            cases[case["prompt"]] = {"task": task, "measures": measures, **case}
        if len(cases) == n:
            break
    return list(cases.values())


def leaks(cases, prompts):
    """The cases whose normalized prompt is one of the normalized `prompts`."""
    return [case for case in cases if normalized(case["prompt"]) in prompts]


def prompts_of(run):
    """All prompts that a run was trained on, normalized, from the tokens that it saw."""
    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    examples = Examples(sorted((run / "data").glob("train*.npz")))
    ends = examples.input_lengths.cumsum()
    rows = [examples.inputs[end - n : end].tolist() for end, n in zip(ends, examples.input_lengths)]
    return set(map(normalized, tokenizer.decode_batch(rows)))


def read_cases(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def write_cases(path, cases):
    path.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder for the case files")
    parser.add_argument("--data", type=Path, help="folder of real texts")
    parser.add_argument("--per-task", type=int, default=60)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--avoid", type=Path, action="append", default=[], metavar="RUN", help="leave out what stands in this run's training data; may be given several times")
    parser.add_argument("--check", type=Path, metavar="RUN", help="look for the cases in this run's training data")
    parser.add_argument("files", type=Path, nargs="*")
    args = parser.parse_args()

    corpora.load(args.data)
    if args.check:
        prompts = prompts_of(args.check)
        found = [case for path in args.files for case in leaks(read_cases(path), prompts)]
        for case in found:
            print(f"{case['task']}: {case['prompt']!r}")
        print(f"{len(found)} cases stand in the training data ({len(prompts)} prompts)")
        sys.exit(1 if found else 0)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.data:
        for language, key in (("German", "tatoeba_de"), ("French", "tatoeba_fr")):
            TASKS[key] = (["chrf"], translate(language, getattr(corpora.CORPORA, language.lower())["held_out"]))
    avoided = frozenset().union(*map(prompts_of, args.avoid))
    for task in TASKS:
        n = min(SIZES.get(task, args.per_task), 10 * args.per_task)
        write_cases(args.out / f"{task}.jsonl", make_task(task, n, args.seed, avoided))


if __name__ == "__main__":
    main()
