/// A circle in which each implies the next and the last the first, if there is one. `implied` lists the places of what
/// each implies.
pub(crate) fn find(implied: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut waiting: Vec<usize> = implied.iter().map(Vec::len).collect();
    let mut implying = vec![Vec::new(); implied.len()];
    for (place, implied) in implied.iter().enumerate() {
        for &other in implied {
            implying[other].push(place);
        }
    }
    // Whoever implies only those who are out of every circle is out of every circle.
    let mut free: Vec<usize> = (0..implied.len()).filter(|&place| waiting[place] == 0).collect();
    while let Some(place) = free.pop() {
        for &other in &implying[place] {
            waiting[other] -= 1;
            if waiting[other] == 0 {
                free.push(other);
            }
        }
    }
    walk(implied, &waiting)
}

/// All that still wait imply one that does, so that a walk among them comes back.
fn walk(implied: &[Vec<usize>], waiting: &[usize]) -> Option<Vec<usize>> {
    let mut at = waiting.iter().position(|&left| left > 0)?;
    let mut way = Vec::new();
    loop {
        if let Some(start) = way.iter().position(|&before| before == at) {
            return Some(turned(way.split_off(start)));
        }
        way.push(at);
        at = implied[at].iter().copied().find(|&next| waiting[next] > 0)?;
    }
}

/// From the first in the order of declaration.
fn turned(mut circle: Vec<usize>) -> Vec<usize> {
    let first = (0..circle.len()).min_by_key(|&at| circle[at]).unwrap_or(0);
    circle.rotate_left(first);
    circle
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn circles_are_found() {
        for (implied, circle) in [
            (vec![vec![0]], vec![0]),
            (vec![vec![1], vec![0]], vec![0, 1]),
            (vec![vec![2], vec![0], vec![1]], vec![0, 2, 1]),
            (vec![vec![], vec![0, 2], vec![3], vec![0, 4], vec![2]], vec![2, 3, 4]),
            (vec![vec![1], vec![2, 1], vec![]], vec![1]),
        ] {
            assert_eq!(find(&implied), Some(circle), "{implied:?}");
        }
    }

    #[test]
    fn several_ways_to_one_scope_are_no_circle() {
        for implied in
            [vec![], vec![vec![]], vec![vec![1, 2], vec![3], vec![3], vec![]], vec![vec![], vec![0, 0], vec![1, 0]]]
        {
            assert_eq!(find(&implied), None, "{implied:?}");
        }
    }

    #[test]
    fn long_chains_are_walked() {
        let mut chain: Vec<_> = (1..2_000).map(|next| vec![next]).collect();
        chain.push(vec![]);
        assert_eq!(find(&chain), None);
        chain[1_999].push(0);
        assert_eq!(find(&chain).map(|circle| circle.len()), Some(2_000));
    }
}
