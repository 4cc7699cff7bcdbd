"""State the scores of a model: python report.py --engine COMMAND --model FILE.gguf --run RUN

Runs `t5-playground eval` on cases/ and writes, in this folder: scores.json (of all cases, and of the first of each file,
which a test repeats), learning-curves.svg from the train.log of each --run, and REPORT.md with curves, table and samples.
The table is also printed for README.md.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from evaluate import MAX_NEW_TOKENS, scores_of_engine

HERE = Path(__file__).parent
N_FIRST = 6
MEASURES = {
    "contains": "contains the answer", "contains_all": "contains what was told", "f1": "word F1", "entity_f1": "F1 of names", "rouge_l": "ROUGE-L",
    "names": "names right", "exact": "exact", "story": "names the subject, 40 to 100 words, no loop", "chrf": "chrF", "no_loop": "ends or does not loop",
}  # fmt: skip
# (task, measure): the score that was aimed at
AIMS = {
    ("question", "contains"): 0.85, ("passage", "f1"): 0.85, ("entities", "entity_f1"): 0.9, ("dialogue", "rouge_l"): 0.6, ("dialogue", "names"): 0.9,
    ("translation_de", "chrf"): 50, ("translation_fr", "chrf"): 45, ("tatoeba_de", "chrf"): 50, ("tatoeba_fr", "chrf"): 45, ("code", "exact"): 0.85,
    ("sentiment", "exact"): 0.88, ("topic", "exact"): 0.88, ("few_shot", "exact"): 0.85, ("function_call", "exact"): 0.85, ("chat_memory", "contains_all"): 0.8,
    ("story", "story"): 0.9, ("any_sentence", "no_loop"): 0.95,
}  # fmt: skip


def table(rows):
    """A Markdown table of the rows of scores."""
    lines = ["| task | measure | cases | score | aim |", "|---|---|---|---|---|"]
    for row in rows:
        digits = 1 if row["measure"] == "chrf" else 2
        aim = AIMS.get((row["task"], row["measure"]), "")
        measure = MEASURES[row["measure"]]
        lines.append(f"| {row['task']} | {measure} | {row['n_cases']} | {row['score']:.{digits}f} | {aim} |")
    return "\n".join(lines)


def curve(log):
    """[(M tokens, training loss, mean validation loss)] of a train.log."""
    pattern = r"([\d.]+) M tokens, .* train ([\d.]+), valid ([\d.]+)"
    return [tuple(map(float, match.groups())) for match in re.finditer(pattern, log)]


def svg(points, width=640, height=320, margin=40):
    """The curves as an SVG drawing."""
    most, top = max(x for x, *_ in points), max(max(ys) for _, *ys in points)
    at = lambda x, y: f"{margin + x / most * (width - 2 * margin):.1f},{height - margin - y / top * (height - 2 * margin):.1f}"
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>']  # fmt: skip
    for i in range(6):
        x, y = at(most * i / 5, 0).split(",")
        lines.append(f'<text x="{x}" y="{height - margin + 16}" text-anchor="middle">{most * i / 5:.1f}</text>')
        x, y = at(0, top * i / 5).split(",")
        lines.append(f'<text x="{margin - 6}" y="{y}" text-anchor="end">{top * i / 5:.2f}</text>')
        lines.append(f'<line x1="{margin}" x2="{width - margin}" y1="{y}" y2="{y}" stroke="#ddd"/>')
    for column, (color, name) in enumerate((("#1f6feb", "training loss"), ("#d1242f", "validation loss, mean of the tasks"))):
        path = " ".join(at(point[0], point[1 + column]) for point in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        lines.append(f'<text x="{width - margin}" y="{margin + 16 * column}" fill="{color}" text-anchor="end">{name}</text>')
    lines.append(f'<text x="{width / 2}" y="{height - 4}" text-anchor="middle">million tokens</text></svg>')
    return "\n".join(lines) + "\n"


def samples(engine, gguf, files, n):
    cases = [argument for path in files for argument in ("--cases", path)]
    options = ["--max-new-tokens", str(MAX_NEW_TOKENS), "--json", "--samples", str(n), "--limit", str(n)]
    output = subprocess.run([engine, "eval", "--model", gguf, *cases, *options], check=True, capture_output=True).stdout
    lines = []
    for task, answered in json.loads(output)["samples"].items():
        lines.append(f"\n### {task}\n")
        for sample in answered:
            lines.append(f"    {sample['prompt']!r}\n      -> {sample['answer']!r}\n      expected: {sample.get('expected') or sample.get('subject')!r}\n")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True, help="the command t5-playground")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--run", type=Path, action="append", required=True, help="may be given several times")
    args = parser.parse_args()

    points = []
    for run in args.run:
        # Each log counts from 0: a run goes on where the one before it ended.
        before = points[-1][0] if points else 0.0
        points += [(before + x, *losses) for x, *losses in curve((run / "train.log").read_text())]
    if not points:
        sys.exit("The logs have no line of validation yet (train.py --validate-every), so there are no curves to draw.")

    files = sorted((HERE / "cases").glob("*.jsonl"))
    rows = scores_of_engine(args.engine, args.model, files)
    first = scores_of_engine(args.engine, args.model, files, limit=N_FIRST)
    (HERE / "scores.json").write_text(json.dumps({"all": rows, "n_first": N_FIRST, "first": first}, indent=1) + "\n")
    introduction = "# Scores of the built-in model\n\nMade by `report.py`; greedy, Q8_0, by `t5-playground eval` on the files of `cases/`."
    curves = "![Training and validation loss over tokens](learning-curves.svg)"
    text = "\n\n".join([introduction, table(rows), "## Learning curves", curves, "## The first three cases of each task", samples(args.engine, args.model, files, 3)])
    (HERE / "learning-curves.svg").write_text(svg(points))
    (HERE / "REPORT.md").write_text(text + "\n")
    print(table(rows))


if __name__ == "__main__":
    main()
