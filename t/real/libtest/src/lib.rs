//! Sorting and joining words, timed by Rust's own benchmarks, which a stable
//! compiler has with RUSTC_BOOTSTRAP=1. With FAIL in the environment, one fails.

#![feature(test)]
extern crate test;

fn words(n: usize) -> Vec<String> {
    let mut x: u32 = 1;
    (0..n)
        .map(|_| {
            x = x.wrapping_mul(1664525).wrapping_add(1013904223);
            format!("{x:x}")
        })
        .collect()
}

#[test]
fn makes_words() {
    assert_eq!(words(3).len(), 3);
}

#[bench]
fn join(b: &mut test::Bencher) {
    let list = words(64);
    b.bytes = list.join(" ").len() as u64;
    b.iter(|| list.join(" "));
}

#[bench]
fn sort(b: &mut test::Bencher) {
    let list = words(1024);
    b.iter(|| {
        let mut list = list.clone();
        list.sort();
        list
    });
}

#[bench]
fn length(b: &mut test::Bencher) {
    let list = words(1);
    b.iter(|| test::black_box(&list).len());
}

#[bench]
#[ignore]
fn slow(_: &mut test::Bencher) {}

#[bench]
fn split(b: &mut test::Bencher) {
    assert!(std::env::var("FAIL").is_err(), "no words to split");
    b.iter(|| "a b c".split(' ').count());
}
