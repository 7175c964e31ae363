//! Sorting words and finding the longest, timed by Criterion. With FAIL in the
//! environment, there is none to find.

use criterion::{criterion_group, criterion_main, BatchSize, BenchmarkId, Criterion, Throughput};
use words::{longest, words};

fn sort(c: &mut Criterion) {
    let mut group = c.benchmark_group("sort");
    for n in [64, 1024] {
        let unsorted = words(n);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_with_input(BenchmarkId::from_parameter(n), &unsorted, |b, unsorted| {
            b.iter_batched_ref(
                || unsorted.clone(),
                |list| list.sort(),
                BatchSize::SmallInput,
            )
        });
    }
    group.finish();
}

fn find(c: &mut Criterion) {
    let list = words(256);
    assert!(std::env::var("FAIL").is_err(), "no words to find");
    c.bench_function("longest", |b| b.iter(|| longest(&list)));
}

criterion_group!(benches, sort, find);
criterion_main!(benches);
