"""What Hugging Face computes on a model: encoder states, greedy ids, logits; and how sensitive they are.

All in float32 with eager attention on one thread. Shapes: S encoder tokens,
D d_model, V vocabulary, STEPS decoder steps.
"""

import copy
import math

import numpy as np
import torch

import corpus
from make_models import load_model

STEPS = 48
# A greedy step counts as decided when the best logit leads by this share of the largest one.
DECIDED = 1.5e-3
# Fewest different tokens in a 48-step greedy text.
VARIED = 9


def prompts_for(spec, tokenizer):
    """Yields (name, text, ids): the first words of a text that make at least so many tokens.

    A model without a tokenizer gets drawn ids and no text.
    """
    random = np.random.default_rng(7)
    prose = corpus.PROSE if spec.tokenizer in ("t5", "flan") else corpus.PROSE_KO
    words = prose.replace("\n", " ").split(" ")
    for name, least in (("short", 5), ("medium", 60), ("long", spec.long_prompt)):
        if tokenizer is None:
            ids = [int(i) for i in random.integers(3, spec.config["vocab_size"], least - 1)] + [1]
            yield name, None, ids
            continue
        for count in range(1, len(words) + 1):
            text = " ".join(words[:count])
            ids = tokenizer(text).input_ids
            if len(ids) >= least:
                break
        assert len(ids) >= least, (spec.name, name, len(ids))
        yield name, text, ids


@torch.no_grad()
def teacher_forced(model, input_ids, decoder_ids):
    """Encoder states (S, D) and logits (T, V) with all of `decoder_ids` (T) given at once."""
    output = model(
        input_ids=torch.tensor([input_ids]), decoder_input_ids=torch.tensor([decoder_ids]), use_cache=False)
    return output.encoder_last_hidden_state[0], output.logits[0]


@torch.no_grad()
def greedy(model, input_ids, **options):
    """Greedy ids from generate(), the decoder start token first."""
    # transformers 4.57 sizes the cache by `num_layers`, and fails where the decoder has more of them.
    options["use_cache"] = model.config.num_decoder_layers <= model.config.num_layers
    output = model.generate(
        torch.tensor([input_ids]), attention_mask=torch.ones(1, len(input_ids), dtype=torch.long),
        num_beams=1, do_sample=False, max_new_tokens=STEPS, **options)
    return output[0].tolist()


def smallest_lead(logits, chosen, banned=()):
    """Smallest (best - second) / largest |logit| over the steps; -1 where `chosen` is not the best."""
    logits = logits.clone()
    logits[:, list(banned)] = -torch.inf
    best = logits.topk(2, dim=-1)
    if best.indices[:, 0].tolist() != chosen:
        return -1.0
    largest = logits.masked_fill(logits.isinf(), 0).abs().amax(-1)
    return float(((best.values[:, 0] - best.values[:, 1]) / largest).min())


def run_model(spec, model, tokenizer):
    """Expectations (json part, tensors) of every prompt, or None where a greedy text is undecided or dull."""
    entries, tensors, ended = [], {}, []
    for name, text, input_ids in prompts_for(spec, tokenizer):
        full = greedy(model, input_ids, min_new_tokens=STEPS)
        if len(set(full)) < VARIED:
            return None
        plain = greedy(model, input_ids)
        states, logits = teacher_forced(model, input_ids, full[:-1])
        _, plain_logits = teacher_forced(model, input_ids, plain[:-1])
        lead = min(smallest_lead(logits, full[1:], banned=[1]), smallest_lead(plain_logits, plain[1:]))
        if lead < DECIDED:
            return None
        ended.append(plain[-1] == 1 and len(plain) > 5)
        decode = lambda ids: None if tokenizer is None else tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        entries.append({
            "name": name, "text": text, "input_ids": input_ids,
            "greedy_ids": plain, "greedy_text": decode(plain),
            "greedy_48_ids": full, "greedy_48_text": decode(full),
            "smallest_lead": round(lead, 6),
        })
        tensors[f"{name}.encoder_last_hidden_state"] = states.contiguous()
        tensors[f"{name}.logits"] = logits.contiguous()
    if not any(ended) or all(ended) or len({tuple(e["greedy_48_ids"]) for e in entries}) < len(entries):
        return None
    return entries, tensors


def largest_difference(ours, theirs):
    return float((ours.double() - theirs.double()).abs().max())


def float32_noise(spec, config, weights, entries, tensors):
    """Largest distance of the float32 results from the same graph in float64."""
    model = load_model(config, weights, spec.family, torch.float64)
    noise = {"encoder_last_hidden_state": 0.0, "logits": 0.0}
    for entry in entries:
        states, logits = teacher_forced(model, entry["input_ids"], entry["greedy_48_ids"][:-1])
        for key, value in (("encoder_last_hidden_state", states), ("logits", logits)):
            noise[key] = max(noise[key], largest_difference(tensors[f"{entry['name']}.{key}"], value))
    return noise


def sensitivity(spec, config, weights, entries, tensors):
    """How far the long prompt's logits move when one part of the model is taken away or done wrong.

    Returns {mistake: largest absolute difference}, for the mistakes that the configuration allows.
    """
    entry = entries[-1]
    reference = tensors[f"{entry['name']}.logits"]

    def moved(changed_weights=weights, changed_config=config, patch=lambda model: None):
        model = load_model(changed_config, changed_weights, spec.family)
        patch(model)
        logits = teacher_forced(model, entry["input_ids"], entry["greedy_48_ids"][:-1])[1]
        return largest_difference(reference, logits)

    def scaled(factor, *parts):
        return {n: v * factor if any(p in n for p in parts) else v for n, v in weights.items()}

    def without(*parts):
        return scaled(0.0, *parts)

    decoder_bias = [n for n in weights if n.startswith("decoder") and "relative_attention_bias" in n]
    encoder_bias = [n for n in weights if n.startswith("encoder") and "relative_attention_bias" in n]
    results = {
        "no_encoder_position_bias": moved(without(*encoder_bias)),
        "no_decoder_position_bias": moved(without(*decoder_bias)),
        "bidirectional_buckets_in_decoder": moved(patch=make_decoder_bidirectional),
        "no_cross_attention": moved(without("EncDecAttention.o.")),
        "no_self_attention_in_decoder": moved(without("layer.0.SelfAttention.o.")),
        "no_feed_forward": moved(without("DenseReluDense.wo.")),
        "attention_scaled_by_sqrt_d_kv": moved(scaled(config.d_kv**-0.5, "Attention.q.")),
    }
    if len(decoder_bias) > 1:
        results["bias_of_first_block_only"] = moved(without(*encoder_bias[1:], *decoder_bias[1:]))
    wider = copy.deepcopy(config)
    wider.relative_attention_max_distance *= 2
    results["double_max_distance"] = moved(changed_config=wider)
    if config.is_gated_act:
        exact = copy.deepcopy(config)
        exact.dense_act_fn = "gelu"
        results["gelu_without_tanh"] = moved(changed_config=exact)
    if config.tie_word_embeddings:
        results["tied_head_unscaled"] = largest_difference(reference, reference * math.sqrt(config.d_model))
    return results


def make_decoder_bidirectional(model):
    """Gives the decoder's self-attention the encoder's map of distances, a mistake seen in the wild."""
    for block in model.decoder.block:
        attention = block.layer[0].SelfAttention
        if hasattr(attention, "max_distance") or type(attention).__name__ == "UMT5Attention":
            attention.is_decoder = False
            continue
        causal = attention._relative_position_bucket
        attention._relative_position_bucket = (
            lambda position, bidirectional, causal=causal, **sizes: causal(position, bidirectional=True, **sizes))
