//! The team where there is no shared memory: its leader.

/// As [`super::for_each_part`].
pub fn for_each_part(n_parts: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..n_parts).for_each(work);
}

/// Threads that take parts, the leader included.
pub fn n_threads() -> usize {
    1
}

/// Whether a job is under way.
pub fn is_led() -> bool {
    false
}

/// Workers that have joined the team.
pub fn n_joined() -> usize {
    0
}

/// Lets `n` threads take parts from now on, the leader included; no more than there are.
pub fn use_threads(_n: usize) {}
