"""Writes buckets.json: Hugging Face's map from distances to rows of `relative_attention_bias`."""

from types import SimpleNamespace

import torch
from transformers.models.t5.modeling_t5 import T5Attention
from transformers.models.umt5.modeling_umt5 import UMT5Attention

SIZES = [(32, 128), (24, 64), (8, 20), (64, 256)]
FARTHEST = 600


def make_buckets():
    """One table for each size and direction; entry i is the bucket of key_position - query_position = i - FARTHEST."""
    distances = torch.arange(-FARTHEST, FARTHEST + 1)
    tables = []
    for num_buckets, max_distance in SIZES:
        for bidirectional in (True, False):
            buckets = T5Attention._relative_position_bucket(distances, bidirectional, num_buckets, max_distance)
            as_umt5 = SimpleNamespace(is_decoder=not bidirectional, relative_attention_num_buckets=num_buckets,
                                      relative_attention_max_distance=max_distance)
            assert torch.equal(buckets, UMT5Attention._relative_position_bucket(as_umt5, distances))
            tables.append({"num_buckets": num_buckets, "max_distance": max_distance,
                           "bidirectional": bidirectional, "buckets": buckets.tolist()})
    return {"first_relative_position": -FARTHEST, "last_relative_position": FARTHEST, "tables": tables}
