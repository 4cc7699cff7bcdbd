//! `eval`: greedy answers to the cases of one or more files, and their scores per task.

mod cases;
mod measures;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};
use t5_playground::engine::{Engine, EngineStep};
use t5_playground::generate::{FinishReason, GenerationConfig};

use crate::CliError;
use crate::args::EvalArgs;
use crate::model_files::load_engine;
use cases::{Case, Measure, read_cases};
use measures::{Answer, score};

/// One row of the report.
struct Score {
    task: String,
    measure: Measure,
    n_cases: usize,
    score: f64,
}

pub fn run(args: &EvalArgs) -> Result<(), CliError> {
    let mut cases = Vec::new();
    for path in &args.cases {
        cases.extend(read_cases(path)?.into_iter().take(args.limit.unwrap_or(usize::MAX)));
    }
    let mut engine = load_engine(&args.model, false)?;
    let config =
        GenerationConfig { max_new_tokens: args.max_new_tokens, ..GenerationConfig::default() };
    let mut answers = Vec::with_capacity(cases.len());
    for (i, case) in cases.iter().enumerate() {
        if io::stderr().is_terminal() {
            eprint!("\r{} of {} cases", i + 1, cases.len());
        }
        answers.push(complete(&mut engine, &case.prompt, &config)?);
    }
    if io::stderr().is_terminal() {
        say!();
    }

    let mut by_task: BTreeMap<&str, Vec<(&Case, &Answer)>> = BTreeMap::new();
    for (case, answer) in cases.iter().zip(&answers) {
        by_task.entry(&case.task).or_default().push((case, answer));
    }
    let scores: Vec<Score> =
        by_task.iter().flat_map(|(task, answered)| scores_of(task, answered)).collect();

    let mut stdout = io::stdout().lock();
    if args.json {
        let samples: BTreeMap<_, Vec<Value>> = by_task
            .iter()
            .map(|(task, answered)| {
                (task, answered.iter().take(args.samples).map(sample).collect())
            })
            .collect();
        let scores: Vec<_> = scores
            .iter()
            .map(|s| json!({"task": s.task, "measure": s.measure, "n_cases": s.n_cases, "score": s.score}))
            .collect();
        writeln!(stdout, "{:#}", json!({"scores": scores, "samples": samples}))?;
        return Ok(());
    }
    for Score { task, measure, n_cases, score } in &scores {
        writeln!(
            stdout,
            "{task:24} {:12} {score:8.3}   ({n_cases} cases)",
            format!("{measure:?}")
        )?;
    }
    for (task, answered) in &by_task {
        writeln!(stdout, "\n{task}")?;
        for (case, answer) in answered.iter().take(args.samples) {
            writeln!(
                stdout,
                "  {:?}\n    -> {:?}\n    :: {:?}",
                case.prompt, answer.text, case.expected
            )?;
        }
    }
    Ok(())
}

fn complete(
    engine: &mut Engine,
    prompt: &str,
    config: &GenerationConfig,
) -> Result<Answer, CliError> {
    engine.start_generation(prompt, config.clone())?;
    loop {
        if let EngineStep::Done(result) = engine.step()? {
            return Ok(Answer {
                text: result.text,
                ended: result.finish_reason == FinishReason::Stop,
            });
        }
    }
}

/// A score for each measure that cases of the task name.
fn scores_of(task: &str, answered: &[(&Case, &Answer)]) -> Vec<Score> {
    let mut by_measure: BTreeMap<Measure, Vec<(&Case, &Answer)>> = BTreeMap::new();
    for &(case, answer) in answered {
        for &measure in &case.measures {
            by_measure.entry(measure).or_default().push((case, answer));
        }
    }
    let score_of = |(measure, answered): (Measure, Vec<_>)| Score {
        task: task.to_string(),
        measure,
        n_cases: answered.len(),
        score: score(measure, &answered),
    };
    by_measure.into_iter().map(score_of).collect()
}

fn sample((case, answer): &(&Case, &Answer)) -> Value {
    json!({"prompt": case.prompt, "expected": case.expected, "answer": answer.text, "ended": answer.ended})
}
