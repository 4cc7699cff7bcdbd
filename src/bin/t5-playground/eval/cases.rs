//! Case files: one JSON object a line.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::measures::Measure;
use crate::CliError;
use crate::model_files::at;

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
