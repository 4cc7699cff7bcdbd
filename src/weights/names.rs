//! Names of tensors: the only file that knows them.
//!
//! The crate speaks of a tensor by its Hugging Face name; llama.cpp's names are translated here,
//! both ways, through one table.

use crate::config::T5Config;

/// The token embedding, (V, D).
pub const SHARED: &str = "shared.weight";
/// The head of an untied model, (V, D).
pub const LM_HEAD: &str = "lm_head.weight";

/// Which half of the model a block belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// Reads the prompt.
    Encoder,
    /// Writes the completion.
    Decoder,
}

/// Tensors of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as the table below shows")]
pub enum Part {
    AttnNorm,
    AttnQ,
    AttnK,
    AttnV,
    AttnO,
    AttnRelBias,
    CrossNorm,
    CrossQ,
    CrossK,
    CrossV,
    CrossO,
    FfnNorm,
    FfnWi,
    FfnWi0,
    FfnWi1,
    FfnWo,
}

/// Part, its layer in an encoder and in a decoder block, Hugging Face's and llama.cpp's name.
const PARTS: [(Part, Option<u8>, u8, &str, &str); 16] = [
    (Part::AttnNorm, Some(0), 0, "layer_norm", "attn_norm"),
    (Part::AttnQ, Some(0), 0, "SelfAttention.q", "attn_q"),
    (Part::AttnK, Some(0), 0, "SelfAttention.k", "attn_k"),
    (Part::AttnV, Some(0), 0, "SelfAttention.v", "attn_v"),
    (Part::AttnO, Some(0), 0, "SelfAttention.o", "attn_o"),
    (Part::AttnRelBias, Some(0), 0, "SelfAttention.relative_attention_bias", "attn_rel_b"),
    (Part::CrossNorm, None, 1, "layer_norm", "cross_attn_norm"),
    (Part::CrossQ, None, 1, "EncDecAttention.q", "cross_attn_q"),
    (Part::CrossK, None, 1, "EncDecAttention.k", "cross_attn_k"),
    (Part::CrossV, None, 1, "EncDecAttention.v", "cross_attn_v"),
    (Part::CrossO, None, 1, "EncDecAttention.o", "cross_attn_o"),
    (Part::FfnNorm, Some(1), 2, "layer_norm", "ffn_norm"),
    // Without a gate, llama.cpp's `ffn_up` is the only input matrix; with one, it is the second.
    (Part::FfnWi, Some(1), 2, "DenseReluDense.wi", "ffn_up"),
    (Part::FfnWi0, Some(1), 2, "DenseReluDense.wi_0", "ffn_gate"),
    (Part::FfnWi1, Some(1), 2, "DenseReluDense.wi_1", "ffn_up"),
    (Part::FfnWo, Some(1), 2, "DenseReluDense.wo", "ffn_down"),
];

impl Stack {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Stack::Encoder => ("encoder", "enc"),
            Stack::Decoder => ("decoder", "dec"),
        }
    }
}

/// Hugging Face name of a stack's last norm, (D).
pub fn final_layer_norm(stack: Stack) -> String {
    format!("{}.final_layer_norm.weight", stack.names().0)
}

/// Hugging Face name of a tensor of a block.
///
/// # Panics
/// If an encoder block is asked for cross-attention.
pub fn in_block(stack: Stack, block_idx: usize, part: Part) -> String {
    let found = PARTS.iter().find(|(p, ..)| *p == part);
    let (_, in_encoder, in_decoder, hf_name, _) = found.expect("every part is in the table");
    let layer_idx = match stack {
        Stack::Encoder => in_encoder.expect("an encoder block has no cross-attention"),
        Stack::Decoder => *in_decoder,
    };
    format!("{}.block.{block_idx}.layer.{layer_idx}.{hf_name}.weight", stack.names().0)
}

/// Every tensor that a model of this configuration has, with its shape.
pub fn expected_tensors(config: &T5Config) -> Vec<(String, Vec<usize>)> {
    let (d, f, inner) = (config.d_model, config.d_ff, config.inner_dim());
    let mut tensors = vec![(SHARED.to_string(), vec![config.vocab_size, d])];
    let stacks = [(Stack::Encoder, config.num_layers), (Stack::Decoder, config.num_decoder_layers)];
    for (stack, n_blocks) in stacks {
        for block_idx in 0..n_blocks {
            for (part, in_encoder, ..) in PARTS {
                let is_gate = matches!(part, Part::FfnWi0 | Part::FfnWi1);
                let is_there = match part {
                    _ if in_encoder.is_none() => stack == Stack::Decoder,
                    Part::AttnRelBias => block_idx == 0 || config.bias_in_every_block,
                    Part::FfnWi => !config.feed_forward_proj.is_gated(),
                    _ => !is_gate || config.feed_forward_proj.is_gated(),
                };
                let shape = match part {
                    Part::AttnNorm | Part::CrossNorm | Part::FfnNorm => vec![d],
                    Part::AttnRelBias => {
                        vec![config.relative_attention_num_buckets, config.num_heads]
                    }
                    Part::AttnO | Part::CrossO => vec![d, inner],
                    Part::FfnWi | Part::FfnWi0 | Part::FfnWi1 => vec![f, d],
                    Part::FfnWo => vec![d, f],
                    _ => vec![inner, d],
                };
                if is_there {
                    tensors.push((in_block(stack, block_idx, part), shape));
                }
            }
        }
        tensors.push((final_layer_norm(stack), vec![d]));
    }
    if !config.tie_word_embeddings {
        tensors.push((LM_HEAD.to_string(), vec![config.vocab_size, d]));
    }
    tensors
}

/// Whether a block after the first has a position bias, as in umT5, among the tensors that `has` knows.
pub fn has_bias_in_every_block(has: impl Fn(&str) -> bool) -> bool {
    [Stack::Encoder, Stack::Decoder]
        .iter()
        .any(|stack| has(&in_block(*stack, 1, Part::AttnRelBias)))
}

/// Hugging Face's name for a tensor of a file of either dialect.
///
/// Copies of the embedding under its other names become [`SHARED`]; unknown names stay as they
/// are. `is_gated` says whether the file has llama.cpp's `ffn_gate`.
pub fn canonical(name: &str, is_gated: bool) -> String {
    match name {
        "encoder.embed_tokens.weight" | "decoder.embed_tokens.weight" | "token_embd.weight" => {
            SHARED.into()
        }
        "output.weight" => LM_HEAD.into(),
        "enc.output_norm.weight" => final_layer_norm(Stack::Encoder),
        "dec.output_norm.weight" => final_layer_norm(Stack::Decoder),
        _ => canonical_in_block(name, is_gated).unwrap_or_else(|| name.into()),
    }
}

fn canonical_in_block(name: &str, is_gated: bool) -> Option<String> {
    let (stack, rest) = match name.split_once(".blk.")? {
        ("enc", rest) => (Stack::Encoder, rest),
        ("dec", rest) => (Stack::Decoder, rest),
        _ => return None,
    };
    let (block_idx, llama_name) = rest.strip_suffix(".weight")?.split_once('.')?;
    let other_input = if is_gated { Part::FfnWi } else { Part::FfnWi1 };
    let (part, in_encoder, ..) =
        PARTS.iter().find(|(part, .., name)| *name == llama_name && *part != other_input)?;
    if stack == Stack::Encoder && in_encoder.is_none() {
        return None;
    }
    Some(in_block(stack, block_idx.parse().ok()?, *part))
}

/// Whether a tensor is known to be in published files without being used: a position bias of the
/// cross-attention, which has none.
pub fn is_leftover(hf_name: &str) -> bool {
    hf_name.ends_with("EncDecAttention.relative_attention_bias.weight")
        || hf_name.ends_with("cross_attn_rel_b.weight")
}

/// Whether a llama.cpp name is that of a feed-forward gate.
pub fn is_llama_gate(name: &str) -> bool {
    name.ends_with(".ffn_gate.weight")
}

/// llama.cpp's name of a tensor, for writing GGUF files; `None` if it has none.
pub fn to_llama(hf_name: &str) -> Option<String> {
    match hf_name {
        SHARED => return Some("token_embd.weight".into()),
        LM_HEAD => return Some("output.weight".into()),
        _ => {}
    }
    for stack in [Stack::Encoder, Stack::Decoder] {
        if hf_name == final_layer_norm(stack) {
            return Some(format!("{}.output_norm.weight", stack.names().1));
        }
        let Some(rest) = hf_name.strip_prefix(&format!("{}.block.", stack.names().0)) else {
            continue;
        };
        let block_idx = rest.split('.').next()?.parse().ok()?;
        for (part, in_encoder, _, _, llama_name) in PARTS {
            let is_there = stack == Stack::Decoder || in_encoder.is_some();
            if is_there && in_block(stack, block_idx, part) == hf_name {
                return Some(format!("{}.blk.{block_idx}.{llama_name}.weight", stack.names().1));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIGS: [&str; 2] = [
        r#"{"vocab_size":9,"d_model":4,"d_kv":2,"d_ff":8,"num_layers":2,"num_heads":2}"#,
        r#"{"vocab_size":9,"d_model":4,"d_kv":2,"d_ff":8,"num_layers":2,"num_heads":2,
            "feed_forward_proj":"gated-gelu","tie_word_embeddings":false}"#,
    ];

    #[test]
    fn every_name_survives_the_way_to_llama_and_back() {
        for json in CONFIGS {
            let config = T5Config::from_json(json).unwrap();
            let is_gated = config.feed_forward_proj.is_gated();
            for (name, _) in expected_tensors(&config) {
                let llama = to_llama(&name).unwrap();
                assert_eq!(canonical(&llama, is_gated), name);
                assert_eq!(canonical(&name, is_gated), name);
            }
        }
    }

    #[test]
    fn names_of_neither_dialect_stay() {
        for name in
            ["enc.blk.0.cross_attn_q.weight", "blk.0.attn_q.weight", "enc.blk.x.attn_q.weight"]
        {
            assert_eq!(canonical(name, true), name);
            assert_eq!(to_llama(name), None);
        }
    }
}
