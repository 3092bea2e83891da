//! Medians, quantiles, and numbers as a reader wants them.

/// A count as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "all that is counted here is far below 2^52")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

/// The length of something.
pub(crate) fn length(count: usize) -> f64 {
    float(u64::try_from(count).expect("a length fits into 64 bits"))
}

pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The value that this share of the others does not exceed.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is an index")]
pub(crate) fn quantile(values: &mut [u64], share: f64) -> u64 {
    values.sort_unstable();
    let index = (length(values.len()) * share) as usize;
    values[index.min(values.len() - 1)]
}

/// Nanoseconds with a mark at the thousands.
pub(crate) fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("−{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::{grouped, median, quantile};

    #[test]
    fn numbers_are_grouped_by_three_digits() {
        assert_eq!([7.0, 1_234.4, -1_000_000.0].map(grouped), ["7", "1,234", "−1,000,000"]);
    }

    #[test]
    fn quantiles_are_values_that_were_there() {
        assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert_eq!(quantile(&mut (0..100).collect::<Vec<_>>(), 0.99), 99);
        assert_eq!(quantile(&mut [5], 0.99), 5);
    }
}
