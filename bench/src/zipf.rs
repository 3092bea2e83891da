use crate::number::length;
use crate::random::Seeded;

/// Ranks drawn by Zipf's law with exponent 1: the second comes half as often as the first, the third a third.
#[derive(Debug)]
pub(crate) struct Zipf(Vec<f64>);

impl Zipf {
    pub(crate) fn new(ranks: usize) -> Self {
        let mut sum = 0.0;
        let sums = (1..=ranks).map(|rank| {
            sum += 1.0 / length(rank);
            sum
        });
        Self(sums.collect())
    }

    /// A rank, counted from 0.
    pub(crate) fn draw(&self, random: &Seeded) -> usize {
        let total = self.0.last().copied().unwrap_or_default();
        let drawn = random.share() * total;
        self.0.partition_point(|sum| *sum <= drawn).min(self.0.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Zipf;
    use crate::random::Seeded;

    #[test]
    fn first_rank_comes_twice_as_often_as_the_second() {
        let (zipf, random) = (Zipf::new(1_000), Seeded::new(1));
        let mut counts = [0_u32; 1_000];
        for _ in 0..100_000 {
            counts[zipf.draw(&random)] += 1;
        }
        let ratio = f64::from(counts[0]) / f64::from(counts[1]);
        assert!((1.9..2.1).contains(&ratio), "{ratio}");
    }
}
