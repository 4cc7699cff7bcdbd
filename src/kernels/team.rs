//! A team of threads for the work of a step: one leader, who calls, and workers, who wait for parts.
//!
//! Fork and join: the leader publishes a job of n parts, whoever is free takes the next one, the leader
//! too, and the leader goes on when all are done. So it waits only for parts that are in hand: a worker
//! that is asleep, late or put aside by the system costs no more than its help. Between jobs workers
//! spin for a moment, so that a hand-off within a step takes a fraction of a microsecond, then sleep.
//!
//! Which thread takes a part changes nothing of its result. One job runs at a time: a call from within
//! a part, or from another thread meanwhile, runs its parts itself.
//!
//! Builds for WebAssembly without atomics have no team; there every call is a plain loop.

#[cfg(any(not(target_arch = "wasm32"), target_feature = "atomics"))]
mod sleeper;
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
#[path = "team/alone.rs"]
mod threads;
#[cfg(any(not(target_arch = "wasm32"), target_feature = "atomics"))]
#[path = "team/shared.rs"]
mod threads;

#[cfg(any(not(target_arch = "wasm32"), target_feature = "atomics"))]
pub use threads::{Member, crash_a_worker, report_failure};
pub use threads::{n_joined, n_threads, use_threads};

/// Most threads of a team, its leader included: beyond, memory is the limit and not arithmetic.
pub const MAX_THREADS: usize = 8;

/// Least multiply-adds of a part: about a microsecond, more than it takes to hand it over.
const LEAST_WORK: usize = 1 << 16;

/// Multiply-adds of a part of a larger job.
const WORK_OF_PART: usize = 1 << 18;

/// Parts for each thread of a large job: a thread that is slow for a moment then takes fewer.
const PARTS_PER_THREAD: usize = 8;

/// Runs `work(part index)` for each of `n_parts` parts, in any order and on any thread of the team.
///
/// # Panics
/// If a part does.
pub fn for_each_part(n_parts: usize, work: impl Fn(usize) + Sync) {
    threads::for_each_part(n_parts, &work);
}

/// Into how many of at most `most` parts a job of `n_multiply_adds` is to be cut; one within a part, which runs its
/// jobs itself.
pub fn n_parts(n_multiply_adds: usize, most: usize) -> usize {
    let n_parts = match n_threads() {
        1 => 1,
        _ if threads::is_led() => 1,
        n => match n_multiply_adds / LEAST_WORK {
            0 | 1 => 1,
            least if least < n => least,
            // As many to each thread.
            _ => {
                (n_multiply_adds / WORK_OF_PART).clamp(n, n * PARTS_PER_THREAD).next_multiple_of(n)
            }
        },
    };
    n_parts.clamp(1, most.max(1))
}

/// Adds `n` threads of this process to the team, or as many as it has room for.
///
/// # Errors
/// What the system says where it gives no thread.
#[cfg(not(target_arch = "wasm32"))]
pub fn spawn_workers(n: usize) -> std::io::Result<()> {
    for member in std::iter::from_fn(Member::join).take(n) {
        std::thread::Builder::new().name("t5-team".into()).spawn(|| member.work())?;
    }
    Ok(())
}
