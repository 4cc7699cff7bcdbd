//! Quantized weights: how far their logits are from f32's, type by type.
//!
//! The tolerances are mean Kullback-Leibler divergences, in nats, over teacher-forced steps. On the
//! random models of the golden files every logit is near its neighbours and rounding shows most; on
//! the built-in model, which is trained, the README states the figures.

mod common;

use common::{expected, greedy, load_golden, mean_kl, relative_error};
use t5_playground::generate::GenerationConfig;
use t5_playground::kernels::{
    Activations, Matrix, Order, PackedMatrix, TensorType, matmul, matmuls, self_check,
};
use t5_playground::model::Workspace;
use t5_playground::weights::WeightType;

fn logits(model: &str, weights: WeightType) -> (Vec<f32>, usize) {
    let engine = load_golden(model, weights);
    let t5 = engine.model().unwrap();
    let mut ws = Workspace::default();
    let mut all = Vec::new();
    for prompt in expected(model).0.prompts {
        let states = t5.encode(&prompt.input_ids, &mut ws).unwrap();
        let mut state = t5.start_decoder(&states, 48, &mut ws).unwrap();
        all.extend(t5.decode(&prompt.greedy_48_ids[..48], &mut state, &mut ws).unwrap());
    }
    (all, t5.config().vocab_size)
}

#[test]
fn logits_stay_within_the_tolerance_of_each_type() {
    let cases = [
        ("t5-v1_1", WeightType::F16, 1e-4),
        ("t5-v1_1", WeightType::Q8_0, 0.03),
        ("t5-v1_1", WeightType::Q5_1, 0.6),
        ("t5-v1_1", WeightType::Q5_0, 0.6),
        ("t5-v1_1", WeightType::Q4_1, 2.0),
        ("t5-v1_1", WeightType::Q4_0, 2.0),
        ("k-rows", WeightType::Q8_0, 0.006),
        ("k-rows", WeightType::Q6K, 0.04),
        ("k-rows", WeightType::Q5K, 0.13),
        ("k-rows", WeightType::Q4K, 0.5),
        ("k-rows", WeightType::Q3K, 1.5),
        ("k-rows", WeightType::Q2K, 5.0),
    ];
    for (model, weights, tolerance) in cases {
        let (reference, n_vocab) = logits(model, WeightType::F32);
        let (found, _) = logits(model, weights);
        let kl = mean_kl(&reference, &found, n_vocab);
        println!("{model} {weights:?}: KL {kl:.5} nats");
        assert!(kl < tolerance, "{model} in {weights:?}: KL {kl} is not below {tolerance}");
        assert!(kl > 0.0, "{model} in {weights:?}: nothing was quantized");
    }
}

#[test]
fn a_second_generation_equals_the_first() {
    for weights in [WeightType::F32, WeightType::Q8_0, WeightType::Q4_0] {
        let mut engine = load_golden("flan-odd", weights);
        let prompts = expected("flan-odd").0.prompts;
        let sample = GenerationConfig {
            max_new_tokens: 32,
            do_sample: true,
            seed: 7,
            ..GenerationConfig::default()
        };
        let first = greedy(&mut engine, &prompts[2].input_ids, sample.clone());
        // Another prompt in between, and one that is stopped.
        greedy(&mut engine, &prompts[0].input_ids, GenerationConfig::default());
        engine.start_generation_from_ids(&prompts[1].input_ids, sample.clone()).unwrap();
        engine.step().unwrap();
        engine.stop().unwrap();
        assert_eq!(greedy(&mut engine, &prompts[2].input_ids, sample.clone()), first);
        let other_seed = GenerationConfig { seed: 8, ..sample };
        assert_ne!(greedy(&mut engine, &prompts[2].input_ids, other_seed), first);
    }
}

#[test]
fn matrices_of_every_type_multiply_as_their_f32_values_do() {
    let wave = |i: usize| {
        ((i * 37 % 101) as f32 / 50.0 - 1.0) * if i.is_multiple_of(7) { 3.0 } else { 1.0 }
    };
    // Groups of rows and tiles of tokens, and some left over of each.
    let (n_rows, n_cols, n_tokens) = (21, 512, 7);
    let values: Vec<f32> = (0..n_rows * n_cols).map(wave).collect();
    for tensor_type in TensorType::ALL {
        let matrix = Matrix::from_f32(tensor_type, n_rows, n_cols, &values).unwrap();
        let dequantized = matrix.to_f32();
        let exact = Matrix::from_f32(TensorType::F32, n_rows, n_cols, &dequantized).unwrap();
        let (packed, exact) = (PackedMatrix::new(matrix), PackedMatrix::new(exact));
        for (row_idx, expected) in dequantized.chunks_exact(n_cols).enumerate() {
            let mut row = vec![0.0; n_cols];
            packed.row_to_f32(row_idx, &mut row);
            assert_eq!(row, expected, "{}, row {row_idx}", tensor_type.name());
        }
        let mut x = Activations::new();
        for (i, x) in x.start(n_tokens, n_cols).iter_mut().enumerate() {
            *x = wave(i * 3 + 1);
        }
        let (mut found, mut expected) =
            (vec![0.0; n_rows * n_tokens], vec![0.0; n_rows * n_tokens]);
        matmul(&packed, &mut x, &mut found);
        matmul(&exact, &mut x, &mut expected);
        // The 8 bits of the activations are the only difference.
        let error = relative_error(&found, &expected);
        assert!(error < 0.02, "{}: {error}", tensor_type.name());
    }
}

#[test]
fn equal_numbers_stay_what_they_are() {
    for tensor_type in
        [TensorType::Q2_K, TensorType::Q3_K, TensorType::Q4_K, TensorType::Q5_K, TensorType::Q6_K]
    {
        for flat in [0.5, -0.5] {
            let wave = |idx: usize| if idx / 32 == 3 { flat } else { (idx as f32).sin() / 2.0 };
            for row in [vec![flat; 256], (0..256).map(wave).collect()] {
                let read = Matrix::from_f32(tensor_type, 1, 256, &row).unwrap().to_f32();
                let is_near = |x: &f32| (x - flat).abs() < 0.1 * flat.abs();
                assert!(read[96..128].iter().all(is_near), "{tensor_type:?}: {:?}", &read[96..128]);
            }
        }
    }
}

#[test]
fn matrices_of_different_orders_are_multiplied_together_as_each_alone() {
    let (n_rows, n_cols) = (16, 64);
    let wave = |i: usize| (i * 37 % 101) as f32 / 50.0 - 1.0;
    let values: Vec<f32> = (0..n_rows * n_cols).map(wave).collect();
    let packed = |tensor_type, order| {
        let matrix = Matrix::from_f32(tensor_type, n_rows, n_cols, &values).unwrap();
        PackedMatrix::with_order(matrix, order)
    };
    // As machines with 8-bit products have them: signed, and not; and one that is not reordered.
    let matrices = [
        packed(TensorType::Q4_0, Order::Fours { bias: 8 }),
        packed(TensorType::Q8_0, Order::Fours { bias: 0 }),
        packed(TensorType::Q8_0, Order::Fours { bias: 128 }),
        packed(TensorType::F16, Order::Plain),
    ];
    for n_tokens in [1, 9, 40] {
        let mut x = Activations::new();
        let start = |x: &mut Activations| {
            for (i, x) in x.start(n_tokens, n_cols).iter_mut().enumerate() {
                *x = wave(i * 3 + 1);
            }
        };
        let mut alone = matrices.each_ref().map(|_| vec![0.0; n_rows * n_tokens]);
        for (w, y) in matrices.iter().zip(&mut alone) {
            start(&mut x);
            matmul(w, &mut x, y);
        }
        let mut together = matrices.each_ref().map(|_| vec![0.0; n_rows * n_tokens]);
        let [a, b, c, d] = &mut together;
        let [v, w, y, z] = &matrices;
        start(&mut x);
        matmuls([(v, a), (w, b), (y, c), (z, d)], &mut x);
        assert_eq!(together, alone, "{n_tokens} tokens");
    }
}

#[test]
fn every_order_of_packed_weights_gives_the_same_bits() {
    let (n_rows, n_cols) = (21, 96);
    let wave = |i: usize| (i * 37 % 101) as f32 / 50.0 - 1.0;
    let values: Vec<f32> = (0..n_rows * n_cols).map(wave).collect();
    let product = |tensor_type, order, n_tokens| {
        let matrix = Matrix::from_f32(tensor_type, n_rows, n_cols, &values).unwrap();
        let packed = PackedMatrix::with_order(matrix.clone(), order);
        for row_idx in 0..n_rows {
            let (mut found, mut expected) = (vec![0.0; n_cols], vec![0.0; n_cols]);
            packed.row_to_f32(row_idx, &mut found);
            matrix.row_to_f32(row_idx, &mut expected);
            assert_eq!(found, expected, "{order:?}, row {row_idx}");
        }
        let mut x = Activations::new();
        for (i, x) in x.start(n_tokens, n_cols).iter_mut().enumerate() {
            *x = wave(i * 3 + 1);
        }
        let mut y = vec![0.0; n_rows * n_tokens];
        matmul(&packed, &mut x, &mut y);
        y
    };
    // Few and many, whose weights are made ready once for all: none, one, two and three of them beyond whole tiles.
    for n_tokens in [1, 7, 8, 33, 38, 43] {
        let q8_0 = product(TensorType::Q8_0, Order::Pairs, n_tokens);
        for bias in [0, 128] {
            let fours = product(TensorType::Q8_0, Order::Fours { bias }, n_tokens);
            assert_eq!(fours, q8_0, "bias {bias}, {n_tokens} tokens");
        }
        let q4_0 = product(TensorType::Q4_0, Order::Pairs, n_tokens);
        let fours = product(TensorType::Q4_0, Order::Fours { bias: 8 }, n_tokens);
        assert_eq!(fours, q4_0, "{n_tokens} tokens");
        if n_tokens > 1 {
            let alone = product(TensorType::Q8_0, Order::Pairs, 1);
            assert_eq!(q8_0[..n_rows], alone, "the first of {n_tokens} tokens");
        }
    }
}

#[test]
fn kernels_equal_their_scalar_twins() {
    assert!(self_check(1, 300).unwrap() > 50_000);
}
