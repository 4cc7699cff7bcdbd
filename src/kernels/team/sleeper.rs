//! Waiting for another thread: awake at first, then asleep.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Thread};

/// Looks before a thread goes to sleep: about as long as the pause between two steps.
const SPINS: u32 = 200_000;

/// A thread that waits for something.
pub struct Sleeper {
    is_asleep: AtomicBool,
    /// Whom to wake. A leader may be another thread each time.
    thread: Mutex<Option<Thread>>,
}

impl Sleeper {
    pub const fn new() -> Sleeper {
        Sleeper { is_asleep: AtomicBool::new(false), thread: Mutex::new(None) }
    }

    /// Returns when `is_there`, which [`Sleeper::wake`] is called after; until then it lets `nap` put the
    /// thread to sleep.
    ///
    /// Whoever was woken looks as long as at first: to wake a thread takes longer than many a job, so what it
    /// was woken for is often over, and would be each time if it slept at once.
    pub fn wait_until(&self, is_there: impl Fn() -> bool, mut nap: impl FnMut()) {
        loop {
            for _ in 0..SPINS {
                if is_there() {
                    return;
                }
                std::hint::spin_loop();
            }
            *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current());
            self.is_asleep.store(true, SeqCst);
            // Looked at once more after saying so: whoever made it true before that did not call.
            if !is_there() {
                nap();
            }
            self.is_asleep.store(false, SeqCst);
        }
    }

    pub fn is_asleep(&self) -> bool {
        self.is_asleep.load(SeqCst)
    }

    /// Ends the nap of the thread, if it is asleep.
    pub fn wake(&self) {
        if self.is_asleep() && self.is_asleep.swap(false, SeqCst) {
            let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            thread.as_ref().expect("a sleeper has a thread").unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_comes_soon_after_a_nap_is_seen_awake() {
        let (sleeper, n_naps, n_looks) = (Sleeper::new(), Cell::new(0), Cell::new(0));
        let is_there = || {
            n_looks.set(n_looks.get() + 1);
            // Late for what it was woken for; the next comes after some looks.
            n_naps.get() > 0 && n_looks.get() > 1000
        };
        sleeper.wait_until(is_there, || {
            assert!(sleeper.is_asleep());
            assert_eq!(n_naps.get(), 0, "it slept again at once");
            n_naps.set(n_naps.get() + 1);
            n_looks.set(0);
        });
        assert_eq!((n_naps.get(), n_looks.get(), sleeper.is_asleep()), (1, 1001, false));
    }
}
