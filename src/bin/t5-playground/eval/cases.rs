//! Case files: one JSON object a line.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::CliError;
use crate::model_files::at;

/// How an answer is scored, from 0 to 1 (`chrf`: from 0 to 100).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The answer is one of those expected, but for white space around it.
    Exact,
    /// One of those expected stands in the answer, whatever the case of letters.
    Contains,
    /// All of those expected stand in the answer.
    ContainsAll,
    /// SQuAD's word F1: letter case, punctuation and English articles do not count. The best of those expected.
    F1,
    /// F1 of the set of names, each with its kind: "People: A, B; Places: C", or a plain list. "none" is no name.
    EntityF1,
    /// F-measure of the longest common subsequence of words (ROUGE-L, as in rouge-score without stemming).
    RougeL,
    /// 1 where the answer has those of the case's `names` that the expected text has, and no other of them.
    Names,
    /// chrF of all answers of a task together, as sacrebleu computes it: character 6-grams, beta 2.
    Chrf,
    /// 1 for a text of 40 to 100 words that names its `subject` and repeats no four words in a row.
    Story,
    /// 1 where the answer ended by itself or repeats no four words in a row.
    NoLoop,
}

/// A prompt, and what its answer is measured against.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Cases of a task are scored together.
    pub task: String,
    pub prompt: String,
    pub measures: Vec<Measure>,
    /// Accepted answers.
    #[serde(default)]
    pub expected: Vec<String>,
    /// For `names`: those that a right answer has or lacks as the expected one does.
    #[serde(default)]
    pub names: Vec<String>,
    /// For `story`.
    #[serde(default)]
    pub subject: Option<String>,
}

/// All cases of a file, in its order.
///
/// # Errors
///
/// A file that cannot be read, and a line that is no case, by its number.
pub fn read_cases(path: &Path) -> Result<Vec<Case>, CliError> {
    let text = fs::read_to_string(path).map_err(at(path))?;
    let mut cases = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fault = |message: String| CliError::Case {
            path: path.display().to_string(),
            line: i + 1,
            message,
        };
        let case: Case = serde_json::from_str(line).map_err(|error| fault(error.to_string()))?;
        if case.measures.is_empty() {
            return Err(fault("\"measures\" is empty: name at least one".into()));
        }
        for measure in &case.measures {
            match measure {
                Measure::Story if case.subject.is_none() => {
                    return Err(fault("the measure \"story\" needs a \"subject\"".into()));
                }
                Measure::Story | Measure::NoLoop => {}
                _ if case.expected.is_empty() => {
                    return Err(fault(format!(
                        "{measure:?} needs \"expected\", a list of accepted answers"
                    )));
                }
                _ => {}
            }
        }
        cases.push(case);
    }
    if cases.is_empty() {
        return Err(CliError::Case {
            path: path.display().to_string(),
            line: 1,
            message: "there is no case".into(),
        });
    }
    Ok(cases)
}
