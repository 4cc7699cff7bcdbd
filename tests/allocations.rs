//! A decoder step allocates nothing: everything it writes to was allocated when the prompt began.
//!
//! K-quants are left out: candle's conversion of a row, needed for the embedding, makes a small list.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{expected, load_golden};
use t5_playground::model::Workspace;
use t5_playground::weights::WeightType;

struct Counting;

static N_ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        N_ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        N_ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps `realloc`'s contract.
        unsafe { System.realloc(ptr, layout, new_size) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps `dealloc`'s contract.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The only test of this file: another would allocate beside it.
#[test]
fn a_decoder_step_allocates_nothing() {
    let cases = [
        ("t5-v1_1", WeightType::F32),
        ("t5-v1_1", WeightType::Q8_0),
        ("t5-v1_1", WeightType::Q4_0),
        ("t5-v1_1", WeightType::Q5_1),
    ];
    for (model, weights) in cases {
        let engine = load_golden(model, weights);
        let t5 = engine.model().unwrap();
        let prompt = &expected(model).0.prompts[0];
        let mut ws = Workspace::default();
        let states = t5.encode(&prompt.input_ids, &mut ws).unwrap();
        let mut state = t5.start_decoder(&states, 48, &mut ws).unwrap();
        // The first step makes the 8-bit forms of the activations.
        t5.decode_step(0, &mut state, &mut ws).unwrap();
        let before = N_ALLOCATIONS.load(Ordering::Relaxed);
        for id in &prompt.greedy_48_ids[1..48] {
            t5.decode_step(*id, &mut state, &mut ws).unwrap();
        }
        let n = N_ALLOCATIONS.load(Ordering::Relaxed) - before;
        assert_eq!(n, 0, "{model} in {weights:?}: 47 steps made {n} allocations");
    }
}
