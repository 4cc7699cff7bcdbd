//! The team where there is shared memory.

use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize};
use std::thread;
use std::time::Duration;

use super::MAX_THREADS;
use super::sleeper::Sleeper;

/// A cache line of its own, so that a thread that waits for one value is not woken by its neighbours.
#[repr(align(128))]
struct Apart<T>(T);

type Job = *const (dyn Fn(usize) + Sync);

struct Team {
    /// See [`Ticket`].
    ticket: Apart<AtomicU64>,
    /// Parts that workers have done, of all jobs so far. The leader counts its own, so that nothing that others
    /// write is written by it.
    n_done: Apart<AtomicU32>,
    /// What `n_done` comes to when the job is done; good while the leader is asleep.
    n_awaited: AtomicU32,
    /// The job of the ticket. The leader writes it while no part is in hand; whoever has taken a part
    /// may read it until that part is done.
    job: UnsafeCell<Option<Job>>,
    /// Somebody leads.
    is_led: AtomicBool,
    /// A thread has failed in the middle of a part.
    has_failed: AtomicBool,
    /// Threads that may take parts, the leader included.
    n_threads: AtomicUsize,
    /// Workers that have joined.
    n_joined: AtomicUsize,
    workers: [Apart<Sleeper>; MAX_THREADS - 1],
    leader: Apart<Sleeper>,
}

// SAFETY: `job` is the only field that is not Sync by itself; its comment says who touches it when.
unsafe impl Sync for Team {}

static TEAM: Team = Team {
    ticket: Apart(AtomicU64::new(0)),
    n_done: Apart(AtomicU32::new(0)),
    n_awaited: AtomicU32::new(0),
    job: UnsafeCell::new(None),
    is_led: AtomicBool::new(false),
    has_failed: AtomicBool::new(false),
    n_threads: AtomicUsize::new(1),
    n_joined: AtomicUsize::new(0),
    workers: [const { Apart(Sleeper::new()) }; MAX_THREADS - 1],
    leader: Apart(Sleeper::new()),
};

/// One word that says all about the taking of parts, so that a part of a job that is over is never
/// taken: the job's number (32 bits), how many parts it has (16) and how many are taken (16).
#[derive(Clone, Copy)]
struct Ticket(u64);

impl Ticket {
    /// Of a job that none is taken of.
    fn new(job: u32, n_parts: usize) -> Ticket {
        Ticket(u64::from(job) << 32 | (n_parts as u64) << 16)
    }

    /// With one more taken.
    fn next(self) -> Ticket {
        Ticket(self.0 + 1)
    }

    fn job(self) -> u32 {
        (self.0 >> 32) as u32
    }

    fn n_parts(self) -> u32 {
        (self.0 >> 16) as u32 & 0xffff
    }

    fn n_taken(self) -> u32 {
        self.0 as u32 & 0xffff
    }

    fn is_open(self) -> bool {
        self.n_taken() < self.n_parts()
    }
}

/// Threads that take parts, the leader included.
pub fn n_threads() -> usize {
    TEAM.n_threads.load(Relaxed)
}

/// Whether a job is under way, so that another would run on the thread that asks for it.
pub fn is_led() -> bool {
    TEAM.is_led.load(Relaxed)
}

/// Workers that have joined the team.
pub fn n_joined() -> usize {
    TEAM.n_joined.load(SeqCst)
}

/// Lets `n` threads take parts from now on, the leader included; no more than there are.
pub fn use_threads(n: usize) {
    TEAM.n_threads.store(n.clamp(1, n_joined() + 1), SeqCst);
}

/// A place in the team.
pub struct Member {
    worker_idx: usize,
}

impl Member {
    /// Joins the team; none if it is full.
    pub fn join() -> Option<Member> {
        let add = |n| (n < MAX_THREADS - 1).then_some(n + 1);
        let worker_idx = TEAM.n_joined.fetch_update(SeqCst, SeqCst, add).ok()?;
        Some(Member { worker_idx })
    }

    /// Takes parts with the calling thread, for ever.
    pub fn work(self) -> ! {
        let is_wanted =
            || self.worker_idx + 1 < n_threads() && Ticket(TEAM.ticket.0.load(SeqCst)).is_open();
        loop {
            TEAM.workers[self.worker_idx].0.wait_until(is_wanted, thread::park);
            while let Some(ticket) = take_part() {
                do_part(ticket);
                let n_done = TEAM.n_done.0.fetch_add(1, SeqCst).wrapping_add(1);
                if TEAM.leader.0.is_asleep() && n_done == TEAM.n_awaited.load(SeqCst) {
                    TEAM.leader.0.wake();
                }
            }
        }
    }
}

/// Takes the next part; none if all are taken.
fn take_part() -> Option<Ticket> {
    let mut ticket = Ticket(TEAM.ticket.0.load(Acquire));
    while ticket.is_open() {
        match TEAM.ticket.0.compare_exchange(ticket.0, ticket.next().0, SeqCst, Acquire) {
            Ok(_) => return Some(ticket),
            Err(found) => ticket = Ticket(found),
        }
    }
    None
}

/// Does the part that was taken with `ticket`.
fn do_part(ticket: Ticket) {
    // SAFETY: this part is taken and not done, so the leader neither replaces the job nor lets go of
    // what it refers to.
    let job = unsafe { &*(*TEAM.job.get()).expect("an open ticket has a job") };
    // A panic must not leave the leader waiting for this part.
    if catch_unwind(AssertUnwindSafe(|| job(ticket.n_taken() as usize))).is_err() {
        TEAM.has_failed.store(true, SeqCst);
    }
}

/// As [`super::for_each_part`].
pub fn for_each_part(n_parts: usize, work: &(dyn Fn(usize) + Sync)) {
    let can_share = (2..=0xffff).contains(&n_parts) && n_threads() > 1;
    if !can_share || TEAM.is_led.swap(true, SeqCst) {
        return (0..n_parts).for_each(work);
    }
    // SAFETY: only the lifetime changes; `lead` comes back when no part refers to `work` any more.
    lead(n_parts, unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), Job>(work) });
    let has_failed = TEAM.has_failed.swap(false, SeqCst);
    TEAM.is_led.store(false, SeqCst);
    assert!(!has_failed, "{FAILED}");
}

const FAILED: &str = "a thread of the team failed in the middle of its part";
const LOST: &str =
    "a thread of the team did not finish its part within a minute: the browser may have ended it";

/// How long the leader waits for a part, which takes some milliseconds: a browser may end a thread and
/// tell nobody.
const PATIENCE: Duration = Duration::from_secs(60);
const NAP: Duration = Duration::from_secs(1);

/// Publishes a job, takes parts of it and waits for the others.
fn lead(n_parts: usize, job: Job) {
    // SAFETY: all parts of the job before are done, so no thread reads this.
    unsafe { *TEAM.job.get() = Some(job) };
    let n_before = TEAM.n_done.0.load(SeqCst);
    let before = Ticket(TEAM.ticket.0.load(SeqCst));
    // The leader need not compete for the first part.
    let first = Ticket::new(before.job().wrapping_add(1), n_parts);
    TEAM.ticket.0.store(first.next().0, SeqCst);
    for worker in &TEAM.workers[..n_threads() - 1] {
        worker.0.wake();
    }
    do_part(first);
    let mut n_left = n_parts as u32 - 1;
    while let Some(ticket) = take_part() {
        do_part(ticket);
        n_left -= 1;
    }
    let n_awaited = n_before.wrapping_add(n_left);
    TEAM.n_awaited.store(n_awaited, SeqCst);
    let is_done = || {
        // Where a panic ends a thread at once, its part will never be done.
        assert!(!(cfg!(panic = "abort") && TEAM.has_failed.load(SeqCst)), "{FAILED}");
        TEAM.n_done.0.load(SeqCst) == n_awaited
    };
    let mut n_naps = 0;
    TEAM.leader.0.wait_until(is_done, || {
        // Naps are counted and not the time: that goes on while the whole machine sleeps. Only a browser takes
        // a thread away; elsewhere the panic would take the job away from under one that is merely late.
        assert!(
            cfg!(not(target_arch = "wasm32")) || n_naps < PATIENCE.as_secs() / NAP.as_secs(),
            "{LOST}"
        );
        n_naps += 1;
        thread::park_timeout(NAP);
    });
}

/// Says that a thread has ended in the middle of a part: the leader then panics.
pub fn report_failure() {
    TEAM.has_failed.store(true, SeqCst);
    TEAM.leader.0.wake();
}

/// Panics in a worker, with `message`: what happens then is to be tested.
///
/// # Panics
/// Always, in the calling thread too.
pub fn crash_a_worker(message: &str) -> ! {
    let caller = thread::current().id();
    for_each_part(2, &|_| {
        if thread::current().id() != caller {
            panic!("{message}");
        }
        // The other part is left to a worker.
        while n_threads() > 1 && !TEAM.has_failed.load(SeqCst) {
            std::hint::spin_loop();
        }
    });
    panic!("there is no worker to crash");
}
