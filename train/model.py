"""A T5 (v1.1 / flan layout) for training, without dropout.

Parameter names and arithmetic are those of `T5ForConditionalGeneration` in
transformers 4.57: RMS norm without bias, attention without the 1/sqrt(d_kv),
relative position biases owned by the first block of each stack, `gelu_new`
gated feed-forward. `export.py` checks the agreement.

One thing differs from the reference: the linear layers run on *packed* tokens.
A batch of B sentences padded to length S is B*S rows, of which a third or more
are padding. Everything but attention treats rows one by one, so the padding is
left out ("packed", N rows) and only put back around the attention product.

Shapes: B batch, S encoder tokens, T decoder tokens, N real tokens of a packed
batch, D d_model, H heads, K d_kv, F d_ff, V vocabulary.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

MASKED = -1e9


@dataclass(frozen=True)
class Shape:
    """The sizes of a model, named as in Hugging Face's `T5Config`."""

    vocab_size: int = 8192
    d_model: int = 256
    d_kv: int = 64
    d_ff: int = 512
    num_heads: int = 4
    num_layers: int = 6
    num_decoder_layers: int = 3
    relative_attention_num_buckets: int = 32
    relative_attention_max_distance: int = 128

    @property
    def inner_dim(self) -> int:
        return self.num_heads * self.d_kv


class Packing:
    """Where the real tokens of a padded (B, L) batch lie.

    `rows` (N,) are the positions of the `n_real` real tokens among the B*L,
    and behind them as much padding as makes N a multiple of ROUND (where there
    is that much): for every new N oneDNN writes the code of every product anew,
    which took a quarter of a step. `slots` (B*L,) is the packed row of every
    position, 0 for padding left out (whose values are masked out of attention,
    so any row will do).
    """

    ROUND = 64

    def __init__(self, mask: torch.Tensor):
        self.batch, self.length = mask.shape
        real, padding = mask.reshape(-1).nonzero()[:, 0], (~mask).reshape(-1).nonzero()[:, 0]
        self.n_real = len(real)
        missing = -len(real) % self.ROUND
        self.rows = torch.cat([real, padding[:missing]]) if len(padding) >= missing else real
        self.slots = torch.zeros(mask.numel(), dtype=torch.long, device=mask.device)
        self.slots[self.rows] = torch.arange(len(self.rows), device=mask.device)
        self.mask_bias = (~mask)[:, None, None, :].float() * MASKED  # (B, 1, 1, L)

    def take(self, ids: torch.Tensor) -> torch.Tensor:
        """(B, L) -> (N,)."""
        return ids.reshape(-1)[self.rows]

    def pad(self, packed: torch.Tensor, heads: int) -> torch.Tensor:
        """(N, H*K) -> (B, H, L, K)."""
        padded = _Pad.apply(packed, self.slots, self.rows)
        return padded.view(self.batch, self.length, heads, -1).transpose(1, 2)

    def unpad(self, padded: torch.Tensor) -> torch.Tensor:
        """(B, H, L, K) -> (N, H*K)."""
        flat = padded.transpose(1, 2).reshape(self.batch * self.length, -1)
        return _Unpad.apply(flat, self.rows)


class _Pad(torch.autograd.Function):
    """Gather by slot. The gradient of padding is known to be nil, so the
    backward pass is a gather too instead of the slow scatter-add."""

    @staticmethod
    def forward(ctx, packed, slots, rows):
        ctx.rows = rows
        return packed.index_select(0, slots)

    @staticmethod
    def backward(ctx, grad):
        return grad.index_select(0, ctx.rows), None, None


class _Unpad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, flat, rows):
        ctx.rows, ctx.n_flat = rows, flat.shape[0]
        return flat.index_select(0, rows)

    @staticmethod
    def backward(ctx, grad):
        flat = torch.zeros(ctx.n_flat, grad.shape[1], dtype=grad.dtype, device=grad.device)
        return flat.index_copy_(0, ctx.rows, grad), None


def relative_position_bucket(relative: torch.Tensor, bidirectional: bool, num_buckets: int, max_distance: int):
    """Bucket of each relative position (key minus query), as in transformers."""
    bucket = torch.zeros_like(relative)
    if bidirectional:
        num_buckets //= 2
        bucket = (relative > 0).long() * num_buckets
        distance = relative.abs()
    else:
        distance = (-relative).clamp(min=0)
    max_exact = num_buckets // 2
    log_ratio = torch.log(distance.float().clamp(min=1) / max_exact) / math.log(max_distance / max_exact)
    large = (max_exact + (log_ratio * (num_buckets - max_exact)).long()).clamp(max=num_buckets - 1)
    return bucket + torch.where(distance < max_exact, distance, large)


def match_product(x):
    """x in the type in which matrices are multiplied: bf16 under autocast."""
    device = x.device.type
    return x.to(torch.get_autocast_dtype(device)) if torch.is_autocast_enabled(device) else x


class T5LayerNorm(nn.Module):
    def __init__(self, d_model: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))

    def forward(self, x):
        """Normed in the type of x; given in the type of the products that read it, so that it is cast once for all of them."""
        return match_product(F.rms_norm(x, (x.shape[-1],), self.weight, 1e-6))


def joined(x, *layers):
    """The outputs of several linear layers on the same x, side by side, in one product."""
    return F.linear(x, torch.cat([layer.weight for layer in layers]))


class T5Attention(nn.Module):
    def __init__(self, shape: Shape, has_position_bias: bool):
        super().__init__()
        self.num_heads = shape.num_heads
        self.q = nn.Linear(shape.d_model, shape.inner_dim, bias=False)
        self.k = nn.Linear(shape.d_model, shape.inner_dim, bias=False)
        self.v = nn.Linear(shape.d_model, shape.inner_dim, bias=False)
        self.o = nn.Linear(shape.inner_dim, shape.d_model, bias=False)
        if has_position_bias:
            self.relative_attention_bias = nn.Embedding(shape.relative_attention_num_buckets, shape.num_heads)

    def forward(self, x, x_packing: Packing, source, source_packing: Packing, bias):
        """x (N, D) attends to source (M, D); bias broadcasts to (B, H, L, M)."""
        if source is x:
            q, k, v = x_packing.pad(joined(x, self.q, self.k, self.v), 3 * self.num_heads).chunk(3, 1)
        else:
            q = x_packing.pad(self.q(x), self.num_heads)
            k, v = source_packing.pad(joined(source, self.k, self.v), 2 * self.num_heads).chunk(2, 1)
        scores = q @ k.transpose(-1, -2) + bias
        weights = torch.softmax(scores, -1).to(v.dtype)
        return self.o(x_packing.unpad(weights @ v))


class T5DenseGatedActDense(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.wi_0 = nn.Linear(shape.d_model, shape.d_ff, bias=False)
        self.wi_1 = nn.Linear(shape.d_model, shape.d_ff, bias=False)
        self.wo = nn.Linear(shape.d_ff, shape.d_model, bias=False)

    def forward(self, x):
        gate, value = joined(x, self.wi_0, self.wi_1).chunk(2, 1)
        return self.wo(F.gelu(gate, approximate="tanh") * value)


class SubLayer(nn.Module):
    """A named inner module and the norm in front of it (Hugging Face's names)."""

    def __init__(self, name: str, inner: nn.Module, d_model: int):
        super().__init__()
        setattr(self, name, inner)
        self.layer_norm = T5LayerNorm(d_model)


class T5Block(nn.Module):
    def __init__(self, shape: Shape, is_decoder: bool, has_position_bias: bool):
        super().__init__()
        layers = [SubLayer("SelfAttention", T5Attention(shape, has_position_bias), shape.d_model)]
        if is_decoder:
            layers.append(SubLayer("EncDecAttention", T5Attention(shape, False), shape.d_model))
        layers.append(SubLayer("DenseReluDense", T5DenseGatedActDense(shape), shape.d_model))
        self.layer = nn.ModuleList(layers)

    def forward(self, x, packing, bias, encoded=None, encoded_packing=None, encoded_bias=None):
        own = self.layer[0]
        normed = own.layer_norm(x)
        x = x + own.SelfAttention(normed, packing, normed, packing, bias)
        if encoded is not None:
            cross = self.layer[1]
            x = x + cross.EncDecAttention(cross.layer_norm(x), packing, encoded, encoded_packing, encoded_bias)
        feed = self.layer[-1]
        return x + feed.DenseReluDense(feed.layer_norm(x))


class T5Stack(nn.Module):
    def __init__(self, shape: Shape, is_decoder: bool):
        super().__init__()
        self.shape, self.is_decoder = shape, is_decoder
        n_layers = shape.num_decoder_layers if is_decoder else shape.num_layers
        self.block = nn.ModuleList([T5Block(shape, is_decoder, i == 0) for i in range(n_layers)])
        self.final_layer_norm = T5LayerNorm(shape.d_model)

    def position_bias(self, length: int):
        """(1, H, length, length), with the causal mask added in a decoder."""
        table = self.block[0].layer[0].SelfAttention.relative_attention_bias
        position = torch.arange(length, device=table.weight.device)
        bucket = relative_position_bucket(
            position[None] - position[:, None],
            not self.is_decoder,
            self.shape.relative_attention_num_buckets,
            self.shape.relative_attention_max_distance,
        )
        bias = table(bucket).permute(2, 0, 1)[None]
        if self.is_decoder:
            bias = bias + torch.full((length, length), MASKED, device=bias.device).triu(1)
        return bias


class T5(nn.Module):
    """One matrix for embedding and head; `head()` multiplies by d_model^-0.5, as T5 does where they are tied."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.shared = nn.Embedding(shape.vocab_size, shape.d_model)
        self.encoder = T5Stack(shape, is_decoder=False)
        self.decoder = T5Stack(shape, is_decoder=True)
        self._initialize()

    def _initialize(self):
        shape = self.shape
        std = {"q": (shape.d_model * shape.d_kv) ** -0.5, "o": shape.inner_dim**-0.5, "wo": shape.d_ff**-0.5}
        for name, parameter in self.named_parameters():
            if "layer_norm" in name:
                continue
            if name == "shared.weight":
                nn.init.normal_(parameter, 0, 1.0)
            else:
                nn.init.normal_(parameter, 0, std.get(name.split(".")[-2], shape.d_model**-0.5))

    def embed(self, ids, packing):
        """(B, L) ids -> the rows (N, D) of the real ones."""
        return self.shared(packing.take(ids))

    def encode(self, embedded, packing):
        """Embedded inputs (N, D) -> packed states (N, D)."""
        bias = match_product(self.encoder.position_bias(packing.length) + packing.mask_bias)
        x = embedded
        for block in self.encoder.block:
            x = block(x, packing, bias)
        return self.encoder.final_layer_norm(x)

    def decode(self, embedded, packing, encoded, source_packing):
        """Embedded targets (N, D) and the states of their inputs -> packed states (N, D) in front of the head."""
        bias, source_bias = match_product(self.decoder.position_bias(packing.length)), match_product(source_packing.mask_bias)
        x = embedded
        for block in self.decoder.block:
            x = block(x, packing, bias, encoded, source_packing, source_bias)
        return self.decoder.final_layer_norm(x)

    def head(self, states):
        """(N, D) -> logits (N, V)."""
        return F.linear(states * self.shape.d_model**-0.5, self.shared.weight)

    def forward(self, input_ids, input_mask, decoder_input_ids, decoder_mask):
        """Logits (N, V) of the real decoder positions, in reading order."""
        source, target = Packing(input_mask), Packing(decoder_mask)
        encoded = self.encode(self.embed(input_ids, source), source)
        states = self.decode(self.embed(decoder_input_ids, target), target, encoded, source)
        return self.head(states[: target.n_real])
