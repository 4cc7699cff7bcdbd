"""Scores of an answer against what was expected; `t5-playground eval` computes the same.

A case is a line of a case file: {"task", "prompt", "measures", "expected", "names", "subject"}. An
answer is (text, whether it ended by itself). Scores go from 0 to 1, chrF from 0 to 100.
"""

import collections
import re
import string

import sacrebleu


def words(text):
    return re.findall(r"\w+", text.lower())


def squad_words(text):
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return [word for word in kept.split() if word not in ("a", "an", "the")]


def f1(n_common, n_expected, n_answered):
    return 2 * n_common / (n_expected + n_answered) if n_expected + n_answered else 1.0


def overlap_f1(expected, answered):
    common = collections.Counter(expected) & collections.Counter(answered)
    return f1(sum(common.values()), len(expected), len(answered))


def entities(text):
    """{(kind, name)}; a plain list has the kind ""."""
    found = set()
    for part in text.split(";"):
        kind, names = part.split(":", 1) if ":" in part else ("", part)
        found |= {(kind.strip().lower(), name.strip()) for name in names.split(",") if name.strip() not in ("", "none")}
    return found


def set_f1(expected, answered):
    return f1(len(expected & answered), len(expected), len(answered))


def rouge_l(expected, answered):
    lengths = [0] * (len(answered) + 1)
    for word in expected:
        diagonal = 0
        for j, other in enumerate(answered):
            above = lengths[j + 1]
            lengths[j + 1] = diagonal + 1 if word == other else max(above, lengths[j])
            diagonal = above
    return f1(lengths[-1], len(expected), len(answered))


def repeats(text):
    """Whether four words in a row come twice."""
    found = words(text)
    fours = [tuple(found[i : i + 4]) for i in range(len(found) - 3)]
    return len(set(fours)) < len(fours)


def chrf(cases, answers):
    """Of all cases together; of several accepted texts the best counts."""
    most = max(len(case["expected"]) for case in cases)
    references = [[case["expected"][min(i, len(case["expected"]) - 1)] for case in cases] for i in range(most)]
    return sacrebleu.corpus_chrf([text for text, _ in answers], references).score


def score_one(measure, case, answer):
    text, ended = answer
    text, expected = text.strip(), case.get("expected", [])
    has = lambda wanted: wanted.lower() in text.lower()
    best = lambda score: max(map(score, expected), default=0.0)
    if measure == "exact":
        return float(text in [e.strip() for e in expected])
    if measure == "contains":
        return float(any(map(has, expected)))
    if measure == "contains_all":
        return float(all(map(has, expected)))
    if measure == "f1":
        return best(lambda e: overlap_f1(squad_words(e), squad_words(text)))
    if measure == "entity_f1":
        return best(lambda e: set_f1(entities(e), entities(text)))
    if measure == "rouge_l":
        return best(lambda e: rouge_l(words(e), words(text)))
    if measure == "names":
        return float(all((name in expected[0]) == (name in text) for name in case["names"]))
    if measure == "story":
        return float(has(case["subject"]) and 40 <= len(words(text)) <= 100 and not repeats(text))
    if measure == "no_loop":
        return float(ended or not repeats(text))
    raise ValueError(f"there is no measure {measure!r}")


def score(measure, cases, answers):
    if measure == "chrf":
        return chrf(cases, answers)
    return sum(score_one(measure, case, answer) for case, answer in zip(cases, answers)) / len(cases)


def score_all(cases, answers):
    """[{"task", "measure", "n_cases", "score"}], sorted."""
    groups = collections.defaultdict(list)
    for case, answer in zip(cases, answers):
        for measure in case["measures"]:
            groups[case["task"], measure].append((case, answer))
    return [
        {"task": task, "measure": measure, "n_cases": len(group), "score": score(measure, *map(list, zip(*group)))}
        for (task, measure), group in sorted(groups.items())
    ]
