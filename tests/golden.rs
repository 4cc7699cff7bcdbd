//! The engine against Hugging Face transformers, in f32, on tiny models of every T5 shape.
//!
//! `tests/golden/README.md` says what was recorded and how to record it again.

mod common;

use common::{MODELS, expected, golden, greedy, load_golden, relative_error, run};
use t5_playground::generate::{FinishReason, GenerationConfig};
use t5_playground::model::{Workspace, relative_position_bucket};
use t5_playground::weights::WeightType;

/// Relative to the largest magnitude.
const TOLERANCE: f32 = 1e-4;
const N_STEPS: usize = 48;

#[test]
fn buckets_are_equal_for_distances_up_to_600_both_ways() {
    let json = std::fs::read_to_string(golden("buckets.json")).unwrap();
    let tables: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut n_compared = 0;
    for table in tables["tables"].as_array().unwrap() {
        let bidirectional = table["bidirectional"].as_bool().unwrap();
        let num_buckets = table["num_buckets"].as_u64().unwrap() as usize;
        let max_distance = table["max_distance"].as_u64().unwrap() as usize;
        let buckets = table["buckets"].as_array().unwrap();
        assert_eq!(buckets.len(), 1201);
        for (distance, bucket) in (-600i64..).zip(buckets) {
            let found =
                relative_position_bucket(distance, bidirectional, num_buckets, max_distance);
            assert_eq!(
                found as u64,
                bucket.as_u64().unwrap(),
                "distance {distance}, {num_buckets} buckets to {max_distance}, {bidirectional}"
            );
            n_compared += 1;
        }
    }
    assert!(n_compared >= 8 * 1201);
}

#[test]
fn token_ids_are_equal() {
    for model in MODELS {
        let engine = load_golden(model, WeightType::F32);
        for prompt in expected(model).0.prompts {
            let Some(text) = prompt.text else { continue };
            let ids: Vec<u32> =
                engine.tokenize(&text).unwrap().0.iter().map(|token| token.id).collect();
            assert_eq!(ids, prompt.input_ids, "{model}, {}", prompt.name);
        }
    }
}

#[test]
fn encoder_states_and_logits_are_within_1e_4() {
    for model in MODELS {
        let engine = load_golden(model, WeightType::F32);
        let t5 = engine.model().unwrap();
        let (expected, tensors) = expected(model);
        let mut ws = Workspace::default();
        for prompt in expected.prompts {
            let at = format!("{model}, {}", prompt.name);
            let states = t5.encode(&prompt.input_ids, &mut ws).unwrap();
            let expected_states = &tensors[&format!("{}.encoder_last_hidden_state", prompt.name)];
            let error = relative_error(&states, expected_states);
            assert!(error < TOLERANCE, "{at}: encoder states are off by {error:e}");

            let mut state = t5.start_decoder(&states, N_STEPS, &mut ws).unwrap();
            let mut logits = Vec::new();
            for id in &prompt.greedy_48_ids[..N_STEPS] {
                logits.extend_from_slice(t5.decode_step(*id, &mut state, &mut ws).unwrap());
            }
            let error = relative_error(&logits, &tensors[&format!("{}.logits", prompt.name)]);
            assert!(error < TOLERANCE, "{at}: logits are off by {error:e}");

            // Uncached: all positions at once, from an empty cache. Equal to the last bit.
            state.clear();
            let ids = &prompt.greedy_48_ids[..N_STEPS];
            assert_eq!(t5.decode(ids, &mut state, &mut ws).unwrap(), logits, "{at}: uncached");
        }
    }
}

#[test]
fn greedy_ids_and_text_are_equal() {
    for model in MODELS {
        let mut engine = load_golden(model, WeightType::F32);
        for prompt in expected(model).0.prompts {
            let at = format!("{model}, {}", prompt.name);
            let config = GenerationConfig { max_new_tokens: N_STEPS, ..Default::default() };
            let forced = GenerationConfig { min_new_tokens: N_STEPS, ..config.clone() };
            assert_eq!(
                greedy(&mut engine, &prompt.input_ids, config.clone()),
                prompt.greedy_ids,
                "{at}"
            );
            assert_eq!(
                greedy(&mut engine, &prompt.input_ids, forced.clone()),
                prompt.greedy_48_ids,
                "{at}"
            );
            if let (Some(text), Some(greedy), Some(greedy_48)) =
                (prompt.text, prompt.greedy_text, prompt.greedy_48_text)
            {
                engine.start_generation(&text, config).unwrap();
                assert_eq!(run(&mut engine).text, greedy, "{at}");
                engine.start_generation(&text, forced).unwrap();
                assert_eq!(run(&mut engine).text, greedy_48, "{at}");
            }
        }
    }
}

/// As `StopStringCriteria` of transformers, which knows the text of every token of the vocabulary.
#[test]
fn stop_strings_are_found_in_special_tokens_and_in_bytes() {
    for (model, stop, max_new_tokens) in
        [("t5-v1_0", "<extra_id_0>", 48), ("umt5", "\"", 48), ("umt5", "\"", 6)]
    {
        let prompt = expected(model).0.prompts.into_iter().find(|p| p.name == "long").unwrap();
        let mut engine = load_golden(model, WeightType::F32);
        let config = GenerationConfig {
            max_new_tokens,
            stop_strings: vec![stop.into()],
            ..Default::default()
        };
        engine.start_generation(prompt.text.as_ref().unwrap(), config).unwrap();
        let result = run(&mut engine);
        assert_eq!(result.finish_reason, FinishReason::Stop, "{model}, {max_new_tokens}");
        let ids = [0, 359, 154, 55, 283, 356, 37];
        let ids = if model == "umt5" { &ids[..] } else { &[0, 67, 55, 178, 4, 251][..] };
        assert_eq!(result.token_ids, ids, "{model}, {max_new_tokens}");
        assert_eq!(result.token_ids, prompt.greedy_ids[..ids.len()]);
    }
}
