//! Side-by-side measurements of `tower-pat`.
fn main() {}
