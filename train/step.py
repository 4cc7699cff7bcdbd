"""One step of training: the losses and gradients of its micro-batches, in threads, then one update.

What makes it fast on two cores stands here and in model.py: threads that take whole micro-batches (`Workers`), logits
that never leave the cache (`HeadLoss`), and matrices cast to bf16 once a step (`Twin`).
"""

import copy
import itertools
from concurrent.futures import ThreadPoolExecutor

import torch
import torch.nn.functional as F

from model import Packing


def token_weights(decoder_mask):
    """(B, T) mask of targets -> weights (N,) of their tokens: an example of n tokens counts n^0.5, not n.

    Otherwise the few tokens of labels and short answers drown in those of stories.
    """
    lengths = decoder_mask.sum(1, keepdim=True)
    return (lengths.float() ** -0.5).expand(decoder_mask.shape)[decoder_mask]


class Workers:
    """Threads that share out the micro-batches of a step, each with its own gradients.

    Two threads on different micro-batches wait for each other once a step; two threads inside every operation wait at
    each of thousands, which on a machine that does other work costs half of the speed.
    """

    def __init__(self, n_threads):
        torch.set_num_threads(n_threads)  # of the calling thread, for what only one does
        self.pool = ThreadPoolExecutor(n_threads, initializer=torch.set_num_threads, initargs=(1,))

    def map(self, function, items):
        return list(self.pool.map(function, items))


class HeadLoss(torch.autograd.Function):
    """Weighted cross-entropy of the head: (states (N, D), head (V, D), labels (N,), weights (N,)) -> summed loss of (N,).

    Logits are made a few rows at a time, and at once turned into their gradient, so that they never leave the cache:
    N x 8192 numbers in f32, written and read five times, were a fifth of a step.
    """

    ROWS = 64

    @staticmethod
    def forward(ctx, states, head, labels, weights):
        gradients = torch.empty(len(states), len(head), dtype=states.dtype, device=states.device)
        losses = torch.empty(len(states), device=states.device)
        for start in range(0, len(states), HeadLoss.ROWS):
            part = slice(start, start + HeadLoss.ROWS)
            log_p = torch.log_softmax(states[part] @ head.T, -1, dtype=torch.float32)
            here = labels[part, None]
            losses[part] = -log_p.gather(1, here)[:, 0]
            p = log_p.exp_()
            p.scatter_add_(1, here, torch.full_like(here, -1, dtype=p.dtype))
            gradients[part] = p.mul_(weights[part, None])
        ctx.save_for_backward(states, head, gradients)
        ctx.mark_non_differentiable(losses)
        return (losses * weights).sum(), losses

    @staticmethod
    def backward(ctx, scale, _):
        states, head, gradients = ctx.saved_tensors
        return scale * (gradients @ head), scale * (gradients.T @ states), None, None


class Twin:
    """The model with its matrices in the type that products run in, cast once a step and not in every micro-batch."""

    def __init__(self, model, dtype):
        self.model, self.twin = model, copy.deepcopy(model)
        for name, parameter in self.twin.named_parameters():
            if parameter.ndim == 2 and "relative" not in name:
                parameter.data = parameter.data.to(dtype)

    @torch.no_grad()
    def update(self):
        for own, master in zip(self.twin.parameters(), self.model.parameters()):
            own.copy_(master)

    def loss_and_gradients(self, tensors, labels, weights):
        """(summed loss, {name: gradient}, [(ids, gradient of their rows)]) of one micro-batch.

        The rows of the embedding are leaves of their own: a gradient of the whole table for each of a thousand tokens
        is mostly nil.
        """
        input_ids, input_mask, target_ids, target_mask = tensors
        source, target = Packing(input_mask), Packing(target_mask)
        ids = [source.take(input_ids), target.take(target_ids)]
        embedded = [F.embedding(i, self.model.shared.weight).detach().requires_grad_() for i in ids]
        encoded = self.twin.encode(embedded[0], source)
        states = self.twin.decode(embedded[1], target, encoded, source) * self.model.shape.d_model**-0.5
        parameters = dict(self.twin.named_parameters())
        unweighted = (0, len(states) - target.n_real)  # padding among the rows
        loss, losses = HeadLoss.apply(states, parameters["shared.weight"], F.pad(labels, unweighted), F.pad(weights, unweighted))
        gradients = torch.autograd.grad(loss, [*embedded, *parameters.values()])
        return float(losses[: target.n_real].sum()), dict(zip(parameters, gradients[2:])), list(zip(ids, gradients[:2]))


def train_step(twin, optimizer, micro_batches, rate, autocast, workers):
    """One update; returns the summed loss and the numbers of target and of all tokens."""
    weights = [token_weights(tensors[3]) for tensors, _ in micro_batches]
    total_weight = float(sum(w.sum() for w in weights))

    def loss_and_gradients(item):
        (tensors, labels), weight = item
        with autocast():
            return twin.loss_and_gradients(tensors, labels, weight / total_weight)

    # The longest first, so that no thread begins it when the others are done.
    items = sorted(zip(micro_batches, weights), key=lambda item: -item[0][0][0].numel())
    losses, gradients, rows = zip(*workers.map(loss_and_gradients, items))
    for name, parameter in twin.model.named_parameters():
        parameter.grad = sum(part[name].float() for part in gradients)
    for ids, gradient in itertools.chain.from_iterable(rows):
        twin.model.shared.weight.grad.index_add_(0, ids, gradient)
    optimizer.step(rate, workers.map)
    twin.update()
    n_targets = sum(len(labels) for _, labels in micro_batches)
    n_tokens = n_targets + sum(int(tensors[1].sum()) for tensors, _ in micro_batches)
    return sum(losses), n_targets, n_tokens
