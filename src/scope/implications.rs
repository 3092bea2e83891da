use std::{mem, slice};

/// Which scope implies which others, by their places in a list; without circles.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Implications(Box<[Box<[usize]>]>);

/// How far a walk has come with a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    /// The walk came through it, and is still at what it implies.
    OnPath,
    Done,
}

impl Implications {
    /// At each place the places that are implied by it alone. If there is a circle, the error is a place on it.
    pub(super) fn new(direct: Vec<Vec<usize>>) -> Result<Self, usize> {
        let this = Self(direct.into_iter().map(Vec::into_boxed_slice).collect());
        let mut marks = vec![Mark::New; this.0.len()];
        (0..marks.len()).find_map(|start| this.circle_from(start, &mut marks)).map_or(Ok(this), Err)
    }

    /// What a place implies by itself, and not through others.
    pub(super) fn direct(&self, place: usize) -> slice::Iter<'_, usize> {
        self.0[place].iter()
    }

    /// These places and all that they imply, in their order.
    pub(super) fn reach(&self, places: impl IntoIterator<Item = usize>) -> impl Iterator<Item = usize> {
        let mut reached = vec![false; self.0.len()];
        let mut open: Vec<_> = places.into_iter().collect();
        while let Some(place) = open.pop() {
            if !mem::replace(&mut reached[place], true) {
                open.extend(self.direct(place));
            }
        }
        reached.into_iter().enumerate().filter_map(|(place, reached)| reached.then_some(place))
    }

    /// Walks in depth. The path is a list and not the stack of the thread, which a long chain would overflow.
    fn circle_from(&self, start: usize, marks: &mut [Mark]) -> Option<usize> {
        let mut path = vec![];
        let mut next = Some(start);
        loop {
            match next.map(|place| (place, marks[place])) {
                Some((place, Mark::OnPath)) => return Some(place),
                Some((place, Mark::New)) => {
                    marks[place] = Mark::OnPath;
                    path.push((place, self.direct(place)));
                }
                Some((_, Mark::Done)) => {}
                None => marks[path.pop()?.0] = Mark::Done,
            }
            next = path.last_mut()?.1.next().copied();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Implications;

    #[test]
    fn circle_is_found_wherever_it_begins() {
        assert_eq!(Implications::new(vec![vec![0]]), Err(0));
        assert_eq!(Implications::new(vec![vec![], vec![2], vec![1]]), Err(1));
        // What leads into a circle is not on it.
        assert_eq!(Implications::new(vec![vec![1], vec![2], vec![3], vec![1]]), Err(1));
    }

    #[test]
    fn several_ways_to_one_place_are_no_circle() {
        let diamond = Implications::new(vec![vec![1, 2], vec![3], vec![3, 3], vec![]]).unwrap();
        assert_eq!(diamond.reach([0]).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(diamond.reach([2]).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(diamond.reach([]).count(), 0);
    }
}
