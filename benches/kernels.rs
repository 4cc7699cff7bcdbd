//! Matrix products and attention's row kernels, natively, at flan-t5-small's shapes.
//!
//! `cargo bench`; the same in a browser: `./build.sh bench`.

#![allow(missing_docs, reason = "criterion_group! makes a public function")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use t5_playground::kernels::{Activations, Matrix, PackedMatrix, TensorType, dot, matmul, softmax};

const D_MODEL: usize = 512;
const D_FF: usize = 1024;

fn values(n: usize) -> Vec<f32> {
    (0..n).map(|i| (i * 37 % 101) as f32 / 50.0 - 1.0).collect()
}

/// One feed-forward matrix times one token (decoding) and 64 tokens (encoding).
fn bench_matmul(criterion: &mut Criterion) {
    let types =
        [TensorType::F32, TensorType::F16, TensorType::Q8_0, TensorType::Q4_0, TensorType::Q4_K];
    for n_tokens in [1, 64] {
        let mut group = criterion.benchmark_group(format!("matmul 1024x512, {n_tokens} tokens"));
        for tensor_type in types {
            let w = Matrix::from_f32(tensor_type, D_FF, D_MODEL, &values(D_FF * D_MODEL)).unwrap();
            let w = PackedMatrix::new(w);
            let mut y = vec![0.0; n_tokens * D_FF];
            group.throughput(Throughput::Bytes(w.n_bytes() as u64));
            group.bench_function(BenchmarkId::from_parameter(tensor_type.name()), |bencher| {
                let mut x = Activations::new();
                bencher.iter(|| {
                    x.start(n_tokens, D_MODEL).fill(0.5);
                    matmul(&w, &mut x, &mut y);
                });
            });
        }
        group.finish();
    }
}

fn bench_rows(criterion: &mut Criterion) {
    let (a, b) = (values(64), values(64));
    criterion.bench_function("dot of a head, 64", |bencher| bencher.iter(|| dot(&a, &b)));
    let scores = values(512);
    criterion.bench_function("softmax of 512 scores", |bencher| {
        bencher.iter(|| {
            let mut scores = scores.clone();
            softmax(&mut scores);
            scores
        });
    });
}

criterion_group!(benches, bench_matmul, bench_rows);
criterion_main!(benches);
