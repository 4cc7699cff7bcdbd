//! The team of threads: every result is the same to the last bit with any number of them, and a panic
//! in one ends the call and not the process.
//!
//! There is one team in a process, so this file is one test.

mod common;

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use common::{expected, load_golden};
use t5_playground::kernels::{
    Activations, Chunks, Matrix, PackedMatrix, TensorType, for_each_piece, matmul, team,
};
use t5_playground::model::Workspace;
use t5_playground::weights::WeightType;

/// Bits of the encoder's states and of the logits of some steps.
fn run(weights: WeightType, prompt_idx: usize) -> Vec<u32> {
    let engine = load_golden("t5-v1_1", weights);
    let model = engine.model().unwrap();
    let prompt = &expected("t5-v1_1").0.prompts[prompt_idx];
    let mut ws = Workspace::default();
    let states = model.encode(&prompt.input_ids, &mut ws).unwrap();
    let mut state = model.start_decoder(&states, 48, &mut ws).unwrap();
    let mut values = states;
    values.extend(model.decode(&[0, 5, 7], &mut state, &mut ws).unwrap());
    for id in &prompt.greedy_48_ids[3..12] {
        values.extend(model.decode_step(*id, &mut state, &mut ws).unwrap());
    }
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn the_team() {
    team::spawn_workers(3).unwrap();
    assert_eq!(team::n_joined(), 3);
    assert_eq!(team::n_threads(), 1, "workers rest until they are wanted");
    same_bits_with_any_number_of_threads();
    same_products_with_any_number_of_threads();
    every_part_runs_once();
    a_part_may_share_work_itself();
    a_panic_ends_the_call();
}

fn same_bits_with_any_number_of_threads() {
    let types =
        [WeightType::F32, WeightType::F16, WeightType::Q8_0, WeightType::Q4_0, WeightType::Q5_1];
    for weights in types {
        for prompt_idx in 0..expected("t5-v1_1").0.prompts.len() {
            team::use_threads(1);
            let alone = run(weights, prompt_idx);
            for n_threads in 2..=4 {
                team::use_threads(n_threads);
                assert_eq!(team::n_threads(), n_threads);
                assert!(run(weights, prompt_idx) == alone, "{weights:?}, {n_threads} threads");
            }
        }
    }
}

/// Matrices that are large enough to be shared even for one token, which those of the tiny models are not.
fn same_products_with_any_number_of_threads() {
    let numbers =
        |n: usize| (0..n).map(|i| ((i * 7919 % 1009) as f32 - 504.0) / 300.0).collect::<Vec<_>>();
    let (n_rows, n_cols) = (1004, 512);
    let types = [
        TensorType::F32,
        TensorType::F16,
        TensorType::Q8_0,
        TensorType::Q4_0,
        TensorType::Q5_1,
        TensorType::Q4_K,
    ];
    for tensor_type in types {
        let matrix =
            Matrix::from_f32(tensor_type, n_rows, n_cols, &numbers(n_rows * n_cols)).unwrap();
        let matrix = PackedMatrix::new(matrix);
        for n_tokens in [1, 2, 7, 64] {
            let product = |n_threads| {
                team::use_threads(n_threads);
                let mut x = Activations::new();
                x.start(n_tokens, n_cols).copy_from_slice(&numbers(n_tokens * n_cols));
                let mut y = vec![f32::NAN; n_tokens * n_rows];
                matmul(&matrix, &mut x, &mut y);
                y.iter().map(|y| y.to_bits()).collect::<Vec<_>>()
            };
            let alone = product(1);
            for n_threads in 2..=4 {
                let same = product(n_threads) == alone;
                assert!(same, "{}, {n_tokens} tokens, {n_threads} threads", tensor_type.name());
            }
        }
    }
}

fn every_part_runs_once() {
    for n_threads in 1..=4 {
        team::use_threads(n_threads);
        for n_parts in [0, 1, 2, 3, 64, 1000] {
            for _ in 0..50 {
                let mut counts = vec![0u8; n_parts];
                for_each_piece(Chunks::new(&mut counts, 1), |_, count| count[0] += 1);
                assert!(counts.iter().all(|n| *n == 1), "{n_threads} threads, {n_parts} parts");
            }
        }
    }
}

fn a_part_may_share_work_itself() {
    team::use_threads(4);
    let n = AtomicUsize::new(0);
    team::for_each_part(10, |_| {
        team::for_each_part(10, |_| {
            n.fetch_add(1, SeqCst);
        });
    });
    assert_eq!(n.load(SeqCst), 100);
}

fn a_panic_ends_the_call() {
    team::use_threads(4);
    let crash = || catch_unwind(|| team::crash_a_worker("on purpose")).map(|_| ());
    assert!(crash().is_err());
    // The team goes on.
    every_part_runs_once();
    assert!(crash().is_err());
    team::use_threads(1);
    assert!(crash().is_err(), "without a worker it says so");
}
