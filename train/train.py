"""Train the model: python train.py --out RUN --minutes 80

Reads RUN/tokenizer.json and RUN/data/{copy,train,valid}*.npz, writes
RUN/checkpoint.pt every few minutes and RUN/train.log. Started again, it goes on
from the checkpoint; the schedule counts minutes of training, not steps, so a
run on a busy machine ends as properly as one on an idle machine. Ctrl-C (or
SIGTERM) ends the step, writes the checkpoint and leaves.

Phases, as fractions of --minutes:
  warm-up       3 % of linear rate;
  copying       the first --copy-fraction trains on copying alone, because the
                heads that copy from the input emerge late or never otherwise;
  constant rate all tasks;
  cooldown      linear to nil over the last --cooldown-fraction.
"""

import argparse
import json
import queue
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from batching import Examples
from export import load_folder
from model import T5, Shape
from optimizer import Optimizer, fast_bfloat16
from step import Twin, Workers, train_step

WARMUP_FRACTION = 0.03
MICRO_BATCHES = 8


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--until", help="HH:MM, the wall-clock time at which the schedule ends, in place of --minutes")
    parser.add_argument("--batch-size", type=int, default=160)
    parser.add_argument("--copy-fraction", type=float, default=0.08)
    parser.add_argument("--cooldown-fraction", type=float, default=0.4)
    parser.add_argument("--device", type=torch.device, default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save-every", type=float, default=3, help="minutes between checkpoints")
    parser.add_argument("--validate-every", type=float, default=4, help="minutes between validations")
    parser.add_argument("--tiny", action="store_true", help="a model of 0.3 M parameters, for tests")
    parser.add_argument(
        "--init", type=Path, help="start from the weights of this Hugging Face folder (same vocabulary)"
    )
    parser.add_argument("--peak-rate", type=float, default=1.0, help="scales all learning rates; below 1 for --init")
    parser.add_argument("--new-blocks", type=int, nargs="*", default=[], help="encoder blocks that grow.py added")
    parser.add_argument("--kept-rate", type=float, default=1.0, help="scales the learning rates of all but the new blocks")
    return parser.parse_args()


def end_at(clock_time, is_resumed):
    """The next HH:MM; where a run is resumed, the nearest, as the schedule may be over."""
    now = datetime.now()
    end = now.replace(hour=int(clock_time[:2]), minute=int(clock_time[3:]), second=0)
    ahead = (end - now) % timedelta(days=1)
    return now + ahead - timedelta(days=is_resumed and ahead > timedelta(hours=12))


def learning_rate(fraction, cooldown_fraction):
    """Rate in 0..1 at this fraction of the run."""
    if fraction < WARMUP_FRACTION:
        return fraction / WARMUP_FRACTION
    return min(1.0, max(0.0, (1 - fraction) / cooldown_fraction))


class Feeder:
    """Prepares batches in a thread, a few ahead. Endless; reshuffles every epoch."""

    def __init__(self, examples, batch_size, rng, device):
        if len(examples) < batch_size:
            raise ValueError(f"{len(examples)} examples make no batch of {batch_size}: make more, or give a smaller --batch-size")
        self.examples, self.batch_size, self.rng, self.device = examples, batch_size, rng, device
        self.ready = queue.Queue(maxsize=4)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            order = self.rng.permutation(len(self.examples))
            for start in range(0, len(order) - self.batch_size + 1, self.batch_size):
                indices = order[start : start + self.batch_size]
                self.ready.put(self.examples.micro_batches(indices, MICRO_BATCHES, self.device))

    def next(self):
        return self.ready.get()


@torch.no_grad()
def validate(model, examples, tasks, autocast, per_task=30):
    """{task: (loss per token, share of targets predicted without a slip)}, teacher-forced."""
    result, device = {}, model.shared.weight.device
    for task_id, task in enumerate(tasks):
        indices = np.flatnonzero(examples.task_ids == task_id)[:per_task]
        if len(indices) == 0:
            continue
        loss = n_tokens = n_exact = 0
        for tensors, labels in examples.micro_batches(indices, 3, device):
            with autocast():
                logits = model(*tensors).float()
            loss += float(F.cross_entropy(logits, labels, reduction="sum"))
            n_tokens += len(labels)
            wrong = torch.zeros_like(tensors[3])
            wrong[tensors[3]] = logits.argmax(-1) != labels
            n_exact += int((~wrong.any(1)).sum())
        result[task] = (loss / n_tokens, n_exact / len(indices))
    return result


def main():
    args = parse_arguments()
    workers = Workers(args.threads)
    torch.manual_seed(args.seed)
    half = fast_bfloat16(args.device)
    autocast = lambda: torch.autocast(args.device.type, torch.bfloat16, enabled=half)

    vocab_size = Tokenizer.from_file(str(args.out / "tokenizer.json")).get_vocab_size()
    shape = Shape(vocab_size=vocab_size)
    if args.tiny:
        shape = Shape(
            vocab_size=vocab_size, d_model=64, d_kv=32, d_ff=128, num_heads=2, num_layers=2, num_decoder_layers=2
        )
    model = load_folder(args.init).train() if args.init else T5(shape)
    model, shape = model.to(args.device), model.shape
    new = tuple(f"encoder.block.{i}." for i in args.new_blocks)
    optimizer = Optimizer(model, lambda name: 1.0 if name.startswith(new) else args.kept_rate)
    checkpoint_path = args.out / "checkpoint.pt"
    trained, step, n_tokens = 0.0, 0, 0
    if checkpoint_path.exists():
        saved = torch.load(checkpoint_path, weights_only=True, map_location=args.device)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        trained, step, n_tokens = saved["seconds"], saved["step"], saved["n_tokens"]

    twin = Twin(model, torch.bfloat16 if half else torch.float32)

    log_file = open(args.out / "train.log", "a")

    def log(line):
        print(line, flush=True)
        print(line, file=log_file, flush=True)

    def save():
        state = {
            "model": model.state_dict(), "optimizer": optimizer.state_dict(), "shape": vars(shape),
            "seconds": trained, "step": step, "n_tokens": n_tokens,
        }  # fmt: skip
        torch.save(state, checkpoint_path.with_suffix(".partial"))
        checkpoint_path.with_suffix(".partial").replace(checkpoint_path)

    data = args.out / "data"
    tasks = json.loads((data / "tasks.json").read_text())
    # A resumed run must not see the first batches again, so the step is part of the seed.
    feed = lambda paths: Feeder(
        Examples(paths), args.batch_size, np.random.default_rng([args.seed, step, len(paths)]), args.device
    )
    copying = everything = None
    valid = Examples([data / "valid.npz"])
    n_parameters = sum(p.numel() for p in model.parameters())
    end = args.until and end_at(args.until, is_resumed=step > 0)
    total = lambda: trained + max(0.0, (end - datetime.now()).total_seconds()) if end else args.minutes * 60
    asked_to_leave = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked_to_leave.set())
    log(
        f"{n_parameters / 1e6:.2f} M parameters (tied), from step {step}, {trained / 60:.1f} of {total() / 60:.1f} minutes done"
    )

    loss_sum = loss_count = 0
    last_save = last_log = trained
    clock = time.monotonic()
    while trained < (total_seconds := total()) and not asked_to_leave.is_set():
        if trained < args.copy_fraction * total_seconds:
            copying = feeder = copying or feed([data / "copy.npz"])
        else:
            # Opened only now, so that data may still be in the making during the copy phase.
            everything = feeder = everything or feed(sorted(data.glob("train*.npz")))
        rate = args.peak_rate * learning_rate(trained / total_seconds, args.cooldown_fraction)
        loss, n_targets, n_batch = train_step(twin, optimizer, feeder.next(), rate, autocast, workers)
        loss_sum, loss_count, n_tokens, step = loss_sum + loss, loss_count + n_targets, n_tokens + n_batch, step + 1
        now = time.monotonic()
        trained, clock = trained + now - clock, now
        if trained - last_log > args.validate_every * 60:
            scores = validate(model, valid, tasks, autocast)
            mean = np.mean([loss for loss, _ in scores.values()])
            details = " ".join(f"{task}:{loss:.2f}/{exact:.2f}" for task, (loss, exact) in scores.items())
            log(
                f"{trained / 60:.1f} min, step {step}, {n_tokens / 1e6:.2f} M tokens, {n_tokens / trained:.0f}/s, "
                f"rate {rate:.2f}, train {loss_sum / loss_count:.3f}, valid {mean:.3f} | {details}"
            )
            loss_sum = loss_count = 0
            last_log, clock = trained, time.monotonic()
        if trained - last_save > args.save_every * 60:
            save()
            last_save, clock = trained, time.monotonic()
    save()
    left = trained < total()
    log(f"{'left' if left else 'done'}: step {step}, {n_tokens / 1e6:.2f} M tokens")
    if left:
        sys.exit(130)


if __name__ == "__main__":
    main()
