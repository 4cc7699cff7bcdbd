//! Logits processors, warpers, samplers and stop strings against Hugging Face's, and what must
//! hold for any options. `golden/processors/make_processors.py` writes the expected values.

use proptest::prelude::*;
use serde::Deserialize;
use t5_playground::error::Error;
use t5_playground::generate::{
    GenerationConfig, LogitsProcessors, Sampler, StopStrings, pick_greedy, softmax_in_place,
};

const EOS_TOKEN_ID: u32 = 1;
const EXCLUDED: f32 = f32::NEG_INFINITY;
const TOLERANCE: f32 = 1e-5;

#[derive(Deserialize)]
struct Golden {
    logits: Vec<LogitsCase>,
    stop_strings: Vec<StopStringsCase>,
}

#[derive(Deserialize)]
struct LogitsCase {
    shape: String,
    options: GenerationConfig,
    decoder_input_ids: Vec<u32>,
    /// `None` is `-inf`, as in `changed`.
    logits: Vec<Option<f32>>,
    changed: Vec<(usize, Option<f32>)>,
    kept: Vec<usize>,
    probabilities: Vec<f32>,
}

#[derive(Deserialize)]
struct StopStringsCase {
    stop_strings: Vec<String>,
    pieces: Vec<String>,
    stops: Vec<bool>,
}

fn golden() -> Golden {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/processors/cases.json");
    let text = std::fs::read_to_string(path).expect(path);
    serde_json::from_str(&text).expect(path)
}

/// Logits of one step after `options`.
fn process(
    options: &GenerationConfig,
    decoder_input_ids: &[u32],
    logits: &[f32],
) -> Result<Vec<f32>, Error> {
    let mut processed = logits.to_vec();
    let mut processors = LogitsProcessors::new(options, EOS_TOKEN_ID, logits.len());
    processors.process(decoder_input_ids, &mut processed)?;

    // A second step starts from nothing that the first has left behind.
    let mut again = logits.to_vec();
    processors.process(decoder_input_ids, &mut again)?;
    assert_eq!(processed, again);
    Ok(processed)
}

fn kept(logits: &[f32]) -> Vec<usize> {
    (0..logits.len()).filter(|&id| logits[id] > EXCLUDED).collect()
}

fn is_close(found: f32, expected: f32) -> bool {
    found == expected || (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0)
}

#[test]
fn processors_and_warpers_equal_hugging_face() {
    let cases = golden().logits;
    assert!(cases.len() >= 300);
    for case in &cases {
        let name = format!("{} {:?}", case.shape, case.options);
        let read = |logit: &Option<f32>| logit.unwrap_or(EXCLUDED);
        let logits: Vec<f32> = case.logits.iter().map(read).collect();
        case.options.validate(logits.len()).expect(&name);

        let without_warpers = GenerationConfig { do_sample: false, ..case.options.clone() };
        let mut expected = logits.clone();
        for (id, score) in &case.changed {
            expected[*id] = read(score);
        }
        let scores = process(&without_warpers, &case.decoder_input_ids, &logits).expect(&name);
        for (id, (&found, &expected)) in scores.iter().zip(&expected).enumerate() {
            assert!(is_close(found, expected), "{name}: token {id}: {found}, not {expected}");
        }

        let mut scores = process(&case.options, &case.decoder_input_ids, &logits).expect(&name);
        assert_eq!(kept(&scores), case.kept, "{name}");
        softmax_in_place(&mut scores);
        for (&id, &expected) in case.kept.iter().zip(&case.probabilities) {
            let found = scores[id];
            assert!((found - expected).abs() <= TOLERANCE, "{name}: {found}, not {expected}");
        }
    }
}

#[test]
fn stop_strings_equal_hugging_face() {
    for case in golden().stop_strings {
        let mut stop_strings = StopStrings::new(&case.stop_strings);
        let stops: Vec<bool> =
            case.pieces.iter().map(|piece| stop_strings.push(piece, "")).collect();
        assert_eq!(stops, case.stops, "{:?} in {:?}", case.stop_strings, case.pieces);
    }
}

#[test]
fn options_that_leave_no_token_are_an_error() {
    let everything: Vec<Vec<u32>> = [0, 2, 3].map(|id| vec![id]).to_vec();
    let banned =
        GenerationConfig { bad_words_ids: everything, min_new_tokens: 1, ..Default::default() };
    let Err(Error::Option { name, message, .. }) = process(&banned, &[0], &[0.0; 4]) else {
        panic!("not refused as an option");
    };
    assert_eq!(name, "bad_words_ids");
    assert!(message.starts_with("no token is left to choose"), "{message}");

    let repeated = GenerationConfig { no_repeat_ngram_size: 1, ..Default::default() };
    let Err(Error::Option { name, .. }) = process(&repeated, &[0, 2, 1], &[0.0; 3]) else {
        panic!("not refused as an option");
    };
    assert_eq!(name, "no_repeat_ngram_size");
}

#[test]
fn logits_that_are_not_numbers_are_an_error() {
    let options = GenerationConfig { do_sample: true, ..Default::default() };
    for (logits, index, value) in [
        ([0.0, f32::NAN, 0.0], 1, "NaN"),
        ([0.0, 0.0, f32::INFINITY], 2, "inf"),
        ([EXCLUDED; 3], 0, "-inf"),
    ] {
        let expected = Error::NonFinite { name: "logits".into(), index, value: value.into() };
        assert_eq!(process(&options, &[0], &logits), Err(expected));
    }
    assert!(matches!(process(&options, &[3], &[0.0; 3]), Err(Error::Input(_))));
    let mut processors = LogitsProcessors::new(&options, EOS_TOKEN_ID, 3);
    assert!(matches!(processors.process(&[0], &mut [0.0; 4]), Err(Error::Shape { .. })));
}

/// Any options of a generation that samples from a vocabulary of 40 tokens.
fn options() -> impl Strategy<Value = GenerationConfig> {
    let share = || prop_oneof![Just(1.0), 0.01..1.0];
    let warpers = (0.1..3.0, 0_usize..50, share(), prop::option::of(0.0..=1.0), share());
    let processors = (0.5..2.0, 0_usize..4, 0_usize..20);
    (warpers, processors, any::<u32>()).prop_map(|(warpers, processors, seed)| GenerationConfig {
        do_sample: true,
        temperature: warpers.0,
        top_k: warpers.1,
        top_p: warpers.2,
        min_p: warpers.3,
        typical_p: warpers.4,
        repetition_penalty: processors.0,
        no_repeat_ngram_size: processors.1,
        min_new_tokens: processors.2,
        bad_words_ids: vec![vec![7], vec![8, 9]],
        seed: seed.into(),
        ..Default::default()
    })
}

/// Logits of 40 tokens, equal and excluded ones among them, of which two always stay.
fn logits() -> impl Strategy<Value = Vec<f32>> {
    let logit = prop_oneof![4 => -20.0_f32..20.0, 2 => Just(1.5), 1 => Just(EXCLUDED)];
    prop::collection::vec(logit, 38).prop_map(|logits| [logits, vec![-1.0, -2.0]].concat())
}

proptest! {
    #[test]
    fn a_sampled_token_is_never_an_excluded_one(
        options in options(),
        logits in logits(),
        history in prop::collection::vec(0_u32..12, 0..20),
    ) {
        prop_assert_eq!(options.validate(logits.len()), Ok(()));
        let processed = process(&options, &history, &logits).unwrap();
        let mut sampler = Sampler::new(options.seed);
        for _ in 0..20 {
            let id = sampler.sample(&processed) as usize;
            prop_assert!(processed[id] > EXCLUDED && logits[id] > EXCLUDED && id != 7);
        }
        prop_assert!(processed[pick_greedy(&processed) as usize] > EXCLUDED);
    }

    #[test]
    fn top_k_keeps_k_tokens_and_those_equal_to_the_last(top_k in 1_usize..50, logits in logits()) {
        let options = GenerationConfig { do_sample: true, top_k, ..Default::default() };
        let processed = process(&options, &[0], &logits).unwrap();
        let lowest = kept(&processed).into_iter().map(|id| logits[id]).fold(f32::MAX, f32::min);
        let n_above = logits.iter().filter(|&&logit| logit > lowest).count();
        let n_possible = kept(&logits).len();
        prop_assert!(n_above < top_k);
        prop_assert!(kept(&processed).len() >= top_k.min(n_possible));
    }

    #[test]
    fn top_p_keeps_at_least_its_probability(top_p in 0.0..1.0, logits in logits()) {
        let options = GenerationConfig { do_sample: true, top_k: 0, top_p, ..Default::default() };
        let processed = process(&options, &[0], &logits).unwrap();
        let mut probabilities = logits;
        softmax_in_place(&mut probabilities);
        let mass: f32 = kept(&processed).into_iter().map(|id| probabilities[id]).sum();
        prop_assert!(f64::from(mass) >= top_p - 1e-5);
    }

    #[test]
    fn a_seed_draws_the_same_tokens_again(seed in 0..=t5_playground::generate::MAX_SEED, logits in logits()) {
        let draws = || {
            let mut sampler = Sampler::new(seed);
            [(); 30].map(|()| sampler.sample(&logits))
        };
        prop_assert_eq!(draws(), draws());
    }
}
