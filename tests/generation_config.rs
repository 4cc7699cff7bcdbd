//! Options of a generation: defaults, and a sentence for each that is wrong.

use t5_playground::error::Result;
use t5_playground::generate::GenerationConfig;

const N_VOCAB: usize = 100;

fn read(options: &str) -> Result<GenerationConfig> {
    let config = GenerationConfig::from_json(options)?;
    config.validate(N_VOCAB).map(|()| config)
}

/// Each line of `table` is options, `=>`, and the start of the sentence that refuses them.
fn assert_refused(table: &str) {
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let (options, expected) = line.split_once("=>").expect(line);
        let message = read(options.trim()).expect_err(line).to_string();
        assert!(message.starts_with(&format!("option {}", expected.trim())), "{message}");
    }
}

#[test]
fn options_left_out_take_their_defaults_and_all_come_back_unchanged() {
    assert_eq!(read("{}"), Ok(GenerationConfig::default()));

    let given = r#"{"top_p": 0.9, "temperature": 1, "seed": 9007199254740991, "min_p": 0.05}"#;
    let config = read(given).unwrap();
    assert_eq!((config.top_p, config.temperature, config.min_p), (0.9, 1.0, Some(0.05)));
    assert_eq!(read(&serde_json::to_string(&config).unwrap()), Ok(config));
}

#[test]
fn a_value_out_of_range_is_refused_by_name() {
    assert_refused(
        r#"
        {"max_new_tokens": 0}            => `max_new_tokens` = 0: must be a whole number from 1 to 16384
        {"max_new_tokens": 16385}        => `max_new_tokens` = 16385: must be a whole number from 1
        {"min_new_tokens": 129}          => `min_new_tokens` = 129: must be a whole number, at most max_
        {"num_beams": 4}                 => `num_beams` = 4: must be 1, because beam search is not avail
        {"num_beams": 0}                 => `num_beams` = 0: must be 1
        {"temperature": -1}              => `temperature` = -1.0: must be a number from 0.000001
        {"top_p": 1.01}                  => `top_p` = 1.01: must be a number from 0 to 1
        {"top_p": -0.1}                  => `top_p` = -0.1: must be a number from 0 to 1
        {"top_k": 4294967296}            => `top_k` = 4294967296: must be a whole number from 0 to 4294967295
        {"no_repeat_ngram_size": 1e10}   => `no_repeat_ngram_size` = 10000000000.0: must be a whole number
        {"min_p": 2}                     => `min_p` = 2.0: must be a number from 0 to 1
        {"typical_p": 0}                 => `typical_p` = 0.0: must be a number above 0
        {"typical_p": 1.5}               => `typical_p` = 1.5: must be a number above 0
        {"repetition_penalty": 0}        => `repetition_penalty` = 0.0: must be a number from 0.000001
        {"stop_strings": ["a", ""]}      => `stop_strings` = ["a",""]: must be a list of texts
        {"bad_words_ids": [[3], []]}     => `bad_words_ids` = []: each must be one or more token ids
        {"bad_words_ids": [[99, 100]]}   => `bad_words_ids` = [99, 100]: each must be one or more token ids below 100
        {"seed": 9007199254740992}       => `seed` = 9007199254740992: must be a whole number from 0
        "#,
    );
    let advice = read(r#"{"temperature": 0}"#).unwrap_err().to_string();
    assert!(advice.ends_with("use do_sample = false"), "{advice}");
}

#[test]
fn what_is_not_a_finite_number_is_refused() {
    let with = |set: fn(&mut GenerationConfig, f64), x| {
        let mut config = GenerationConfig::default();
        set(&mut config, x);
        config.validate(N_VOCAB)
    };
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for refused in [
            with(|config, x| config.temperature = x, x),
            with(|config, x| config.top_p = x, x),
            with(|config, x| config.min_p = Some(x), x),
            with(|config, x| config.typical_p = x, x),
            with(|config, x| config.repetition_penalty = x, x),
        ] {
            let message = refused.unwrap_err().to_string();
            assert!(message.contains("= not a finite number: must be a number"), "{message}");
        }
    }
}

#[test]
fn a_wrong_type_or_an_unknown_name_is_explained() {
    assert_refused(
        r#"
        {"top_k": "many"}                => `top_k` = "many": must be a whole number from 0 to
        {"seed": 1, "top_k": -1}         => `top_k` = -1: must be a whole number
        {"max_new_tokens": 1.5}          => `max_new_tokens` = 1.5: must be a whole number from 1
        {"bad_words_ids": [5]}           => `bad_words_ids` = [5]: must be a list of lists of token ids
        {"topk": 1}                      => `options` = topk: there is no option of this name; there are max_new_tokens,
        []                               => `options` = []: must be an object
        {                                => `options` = {: not valid JSON
        "#,
    );
    // The same sentence reaches those who read the options as a part of something larger.
    let nested = serde_json::from_str::<Vec<GenerationConfig>>(r#"[{"seed": null}]"#);
    let message = nested.unwrap_err().to_string();
    assert!(message.starts_with("option `seed` = null: must be a whole number"), "{message}");
}

#[test]
fn sampling_options_without_sampling_are_named() {
    let config = read(r#"{"top_p": 0.9, "seed": 7}"#).unwrap();
    assert_eq!(config.ignored_options(), ["top_p", "seed"]);
    let sampling = GenerationConfig { do_sample: true, ..config };
    assert!(sampling.ignored_options().is_empty());
}
