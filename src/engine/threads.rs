//! How many threads help, measured on the model itself.

use web_time::{Duration, Instant};

use crate::kernels::team;
use crate::model::{T5ForConditionalGeneration, Workspace};

/// Time for each number of threads that is tried.
const BUDGET: Duration = Duration::from_millis(2);

/// Least and most repetitions in that time; the fastest counts.
const N_RUNS: [usize; 2] = [3, 30];

/// More threads must save this part of the time, or they are left to rest.
const GAIN: f64 = 0.05;

/// Lets as many threads compute as make a step of the decoder fastest.
///
/// Threads beyond the processor's free cores make it slower, so numbers are tried upwards, in doubling
/// steps, until one does not help.
pub(super) fn use_fastest(model: &T5ForConditionalGeneration, ws: &mut Workspace) {
    let most = team::n_joined() + 1;
    let mut best = 1;
    team::use_threads(best);
    if most == 1 {
        return;
    }
    let mut best_seconds = seconds(model, ws);
    while best < most {
        let n = (2 * best).min(most);
        team::use_threads(n);
        let n_seconds = seconds(model, ws);
        if n_seconds > best_seconds * (1.0 - GAIN) {
            break;
        }
        (best, best_seconds) = (n, n_seconds);
    }
    team::use_threads(best);
}

/// Of the fastest run of a piece of a decoder step.
fn seconds(model: &T5ForConditionalGeneration, ws: &mut Workspace) -> f64 {
    let start = Instant::now();
    let mut fastest = f64::INFINITY;
    for run in 0..N_RUNS[1] {
        if run >= N_RUNS[0] && start.elapsed() > BUDGET {
            break;
        }
        let start = Instant::now();
        model.rehearse(ws);
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    fastest
}
