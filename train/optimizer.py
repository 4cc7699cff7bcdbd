"""Muon for the hidden matrices, AdamW for the rest.

Muon (Keller Jordan, 2024): momentum, then the update matrix is replaced by the
nearest orthogonal one (five Newton-Schulz steps), so that every direction of a
weight learns at the same speed. Embeddings, norms and position tables are no
such maps and keep AdamW. The head shares the embedding's matrix.
"""

import torch

MOMENTUM = 0.95
AT_ONCE = 16  # matrices of a shape that are made orthogonal together


def fast_bfloat16(device):
    """Whether the device multiplies bf16 itself; a CPU that does not is many times slower at it than at f32."""
    return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()


@torch.no_grad()
def orthogonalize(update, steps=5):
    """(n, rows, columns) -> nearly orthogonal matrices of the same shape."""
    x = update.bfloat16() if fast_bfloat16(update.device) else update
    transposed = x.shape[-2] > x.shape[-1]
    if transposed:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * (gram @ gram)) @ x
    return (x.mT if transposed else x).float()


class Optimizer:
    """Both halves behind one `step(rate)`; `rate` in 0..1 scales all of them."""

    def __init__(self, model, rate_of=lambda name: 1.0, muon_lr=0.02, embedding_lr=0.03, other_lr=0.003):
        """`rate_of(name)` scales the rate of a parameter."""
        self.muon_lr, self.rate_of = muon_lr, rate_of
        # q is initialized smaller by sqrt(d_kv) because attention is not scaled; its updates follow.
        self.q_scale = model.shape.d_kv**-0.5
        self.groups, rest = {}, []
        for name, parameter in model.named_parameters():
            hidden = parameter.ndim == 2 and name != "shared.weight" and "relative" not in name
            if hidden:
                self.groups.setdefault(tuple(parameter.shape), []).append((name, parameter))
            else:
                rest.append((name, parameter))
        # One stacked buffer for all matrices of a shape: Newton-Schulz runs on all of them at once.
        self.momenta = {
            shape: torch.stack([torch.zeros_like(parameter) for _, parameter in group])
            for shape, group in self.groups.items()
        }
        self.clipped = [parameter for _, parameter in rest]
        self.adamw = torch.optim.AdamW(
            [{"params": [p], "base_lr": rate_of(n) * (embedding_lr if n == "shared.weight" else other_lr)} for n, p in rest],
            lr=0.0, betas=(0.9, 0.95), eps=1e-10, weight_decay=0.0, fused=True,
        )  # fmt: skip

    @torch.no_grad()
    def step(self, rate, run=map):
        """One update from the gradients; `run(function, items)` may call the function in several threads."""
        torch.nn.utils.clip_grad_norm_(self.clipped, 1.0)

        @torch.no_grad()  # counts for one thread only
        def muon(item):
            (rows, columns), start = item
            group = self.groups[rows, columns][start : start + AT_ONCE]
            grad = torch.stack([parameter.grad for _, parameter in group])
            momentum = self.momenta[rows, columns][start : start + AT_ONCE].mul_(MOMENTUM).add_(grad)
            update = orthogonalize(grad + MOMENTUM * momentum)
            lr = self.muon_lr * rate * max(1, rows / columns) ** 0.5
            for (name, parameter), direction in zip(group, update):
                scale = self.rate_of(name) * (self.q_scale if name.endswith(".q.weight") else 1.0)
                parameter.add_(direction, alpha=-lr * scale)

        list(run(muon, [(shape, i) for shape, group in self.groups.items() for i in range(0, len(group), AT_ONCE)]))
        for group in self.adamw.param_groups:
            group["lr"] = group["base_lr"] * rate
        self.adamw.step()

    def state_dict(self):
        return {"momenta": self.momenta, "adamw": self.adamw.state_dict()}

    def load_state_dict(self, state):
        for shape, momentum in state["momenta"].items():
            self.momenta[shape].copy_(momentum)
        self.adamw.load_state_dict(state["adamw"])
