//! Scores of an answer against what was expected. `train/measures.py` computes the same, and
//! `tests/golden/measures.jsonl` holds both to the same figures.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::cases::{Case, Measure};

/// What the model made of a case.
pub struct Answer {
    pub text: String,
    /// Whether it ended with `eos_token_id`.
    pub ended: bool,
}

/// The mean over the cases; chrF is of all of them together.
pub fn score(measure: Measure, answered: &[(&Case, &Answer)]) -> f64 {
    if measure == Measure::Chrf {
        return chrf(answered);
    }
    let total: f64 = answered.iter().map(|(case, answer)| score_one(measure, case, answer)).sum();
    total / answered.len() as f64
}

fn score_one(measure: Measure, case: &Case, answer: &Answer) -> f64 {
    let text = answer.text.trim();
    let best =
        |score: &dyn Fn(&str) -> f64| case.expected.iter().map(|e| score(e)).fold(0.0, f64::max);
    let lower = text.to_lowercase();
    let has = |wanted: &String| lower.contains(&wanted.to_lowercase());
    let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
    match measure {
        Measure::Exact => best(&|expected| truth(expected.trim() == text)),
        Measure::Contains => truth(case.expected.iter().any(has)),
        Measure::ContainsAll => truth(case.expected.iter().all(has)),
        Measure::F1 => best(&|expected| overlap_f1(&squad_words(expected), &squad_words(text))),
        Measure::EntityF1 => best(&|expected| set_f1(&entities(expected), &entities(text))),
        Measure::RougeL => best(&|expected| rouge_l(&words(expected), &words(text))),
        Measure::Names => {
            let expected = case.expected.first().map_or("", String::as_str);
            truth(
                case.names
                    .iter()
                    .all(|name| expected.contains(name) == text.contains(name.as_str())),
            )
        }
        Measure::Story => {
            let words = words(text);
            let named = case.subject.as_ref().is_some_and(has);
            truth(named && (40..=100).contains(&words.len()) && !repeats(&words))
        }
        Measure::NoLoop => truth(answer.ended || !repeats(&words(text))),
        Measure::Chrf => unreachable!("scored over all cases"),
    }
}

/// Words of letters, digits and "_", in lower case.
fn words(text: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.to_lowercase()
        .split(|c| !is_word(c))
        .filter(|w| !w.is_empty())
        .map(str::to_string)
        .collect()
}

fn squad_words(text: &str) -> Vec<String> {
    let without: String =
        text.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    without
        .split_whitespace()
        .filter(|word| !matches!(*word, "a" | "an" | "the"))
        .map(str::to_string)
        .collect()
}

fn f1(n_common: usize, n_expected: usize, n_answered: usize) -> f64 {
    match n_expected + n_answered {
        0 => 1.0,
        total => 2.0 * n_common as f64 / total as f64,
    }
}

fn overlap_f1(expected: &[String], answered: &[String]) -> f64 {
    let mut left: HashMap<&String, usize> = HashMap::new();
    for word in expected {
        *left.entry(word).or_default() += 1;
    }
    let n_common = answered
        .iter()
        .filter(|word| match left.get_mut(word) {
            Some(n) if *n > 0 => {
                *n -= 1;
                true
            }
            _ => false,
        })
        .count();
    f1(n_common, expected.len(), answered.len())
}

type Entities = BTreeSet<(String, String)>;

/// (kind, name) pairs; a plain list has the kind "".
fn entities(text: &str) -> Entities {
    let mut found = Entities::new();
    for part in text.split(';') {
        let (kind, names) = part.split_once(':').unwrap_or(("", part));
        for name in names.split(',').map(str::trim) {
            if !name.is_empty() && name != "none" {
                found.insert((kind.trim().to_lowercase(), name.to_string()));
            }
        }
    }
    found
}

fn set_f1(expected: &Entities, answered: &Entities) -> f64 {
    f1(expected.intersection(answered).count(), expected.len(), answered.len())
}

fn rouge_l(expected: &[String], answered: &[String]) -> f64 {
    let mut lengths = vec![0; answered.len() + 1];
    for word in expected {
        let mut diagonal = 0;
        for (j, other) in answered.iter().enumerate() {
            let above = lengths[j + 1];
            lengths[j + 1] = if word == other { diagonal + 1 } else { above.max(lengths[j]) };
            diagonal = above;
        }
    }
    f1(lengths[answered.len()], expected.len(), answered.len())
}

/// Whether four words in a row come twice.
fn repeats(words: &[String]) -> bool {
    let mut seen = BTreeSet::new();
    words.windows(4).any(|four| !seen.insert(four))
}

const CHRF_ORDER: usize = 6;
const CHRF_BETA_SQUARED: f64 = 4.0;

/// Of each order: n-grams of the answer, of the expected text, and in both.
type ChrfCounts = [[f64; 3]; CHRF_ORDER];

fn chrf(answered: &[(&Case, &Answer)]) -> f64 {
    let mut total = ChrfCounts::default();
    for (case, answer) in answered {
        // Of several accepted texts the one that fits best counts.
        let best = case
            .expected
            .iter()
            .map(|expected| chrf_counts(expected, &answer.text))
            .max_by(|a, b| chrf_of(a).total_cmp(&chrf_of(b)))
            .unwrap_or_default();
        for (sum, counts) in total.iter_mut().flatten().zip(best.iter().flatten()) {
            *sum += counts;
        }
    }
    chrf_of(&total)
}

fn chrf_counts(expected: &str, answered: &str) -> ChrfCounts {
    let mut counts = ChrfCounts::default();
    for (order, of_order) in counts.iter_mut().enumerate() {
        let (theirs, ours) = (ngrams(expected, order + 1), ngrams(answered, order + 1));
        let sum = |grams: &BTreeMap<Vec<char>, usize>| grams.values().sum::<usize>() as f64;
        let common: usize =
            ours.iter().map(|(gram, n)| *n.min(theirs.get(gram).unwrap_or(&0))).sum();
        *of_order = [sum(&ours), sum(&theirs), common as f64];
    }
    counts
}

/// How often each run of `n` characters comes, white space left out.
fn ngrams(text: &str, n: usize) -> BTreeMap<Vec<char>, usize> {
    let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut counts = BTreeMap::new();
    for gram in characters.windows(n) {
        *counts.entry(gram.to_vec()).or_default() += 1;
    }
    counts
}

fn chrf_of(counts: &ChrfCounts) -> f64 {
    let orders: Vec<_> =
        counts.iter().filter(|[ours, theirs, _]| *ours > 0.0 && *theirs > 0.0).collect();
    let mean = |of: &dyn Fn(&[f64; 3]) -> f64| {
        orders.iter().map(|c| of(c)).sum::<f64>() / orders.len() as f64
    };
    let precision = mean(&|[ours, _, common]| common / ours);
    let recall = mean(&|[_, theirs, common]| common / theirs);
    if orders.is_empty() || precision + recall == 0.0 {
        return 0.0;
    }
    100.0 * (1.0 + CHRF_BETA_SQUARED) * precision * recall
        / (CHRF_BETA_SQUARED * precision + recall)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// One line of tests/golden/measures.jsonl.
    #[derive(Deserialize)]
    struct Scored {
        #[serde(flatten)]
        case: Case,
        answer: String,
        ended: bool,
        scores: BTreeMap<String, f64>,
    }

    #[test]
    fn scores_equal_those_of_the_recipe() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/measures.jsonl");
        let lines = std::fs::read_to_string(path).unwrap();
        for line in lines.lines() {
            let Scored { case, answer, ended, scores } = serde_json::from_str(line).unwrap();
            let answer = Answer { text: answer, ended };
            for &measure in &case.measures {
                let name = serde_json::to_value(measure).unwrap();
                let wanted = scores[name.as_str().unwrap()];
                let found = score(measure, &[(&case, &answer)]);
                assert!((found - wanted).abs() < 1e-9, "{measure:?}: {found} for {wanted}: {line}");
            }
        }
        assert!(lines.lines().count() > 20);
    }
}
