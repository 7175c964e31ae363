//! Words that look random and are the same everywhere.

pub fn words(n: usize) -> Vec<String> {
    let mut x: u32 = 1;
    (0..n)
        .map(|_| {
            x = x.wrapping_mul(1664525).wrapping_add(1013904223);
            format!("{x:x}")
        })
        .collect()
}

pub fn longest(words: &[String]) -> usize {
    words.iter().map(|word| word.len()).max().unwrap_or(0)
}
