//! What values take up beside themselves, for a memory whose capacity is a number of bytes.

use std::sync::Arc;

/// The two counts in front of what an [`Arc`] holds.
const COUNTS: usize = 2 * size_of::<usize>();

/// How much of the heap a value holds.
pub(crate) trait Footprint {
    /// Bytes that were asked of the allocator, its own margins not included. What is shared counts in shares.
    fn footprint(&self) -> usize;
}

/// The share that one of its holders has in what they share: `inside` is what that holds in turn.
pub(crate) fn share<T: ?Sized>(shared: &Arc<T>, inside: usize) -> usize {
    let own = (COUNTS + size_of_val(&**shared)).next_multiple_of(align_of::<usize>());
    (own + inside) / Arc::strong_count(shared).max(1)
}

impl Footprint for Arc<str> {
    fn footprint(&self) -> usize {
        share(self, 0)
    }
}

impl Footprint for Box<str> {
    fn footprint(&self) -> usize {
        self.len()
    }
}

impl<T: Footprint> Footprint for Arc<[T]> {
    fn footprint(&self) -> usize {
        share(self, self.iter().map(Footprint::footprint).sum())
    }
}

impl<T: Footprint> Footprint for Option<T> {
    fn footprint(&self) -> usize {
        self.as_ref().map_or(0, Footprint::footprint)
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::sync::Arc;

    use allocation_counter::measure;

    use super::Footprint;

    /// What a value says of itself, and what is allocated for it and still there.
    fn both<T: Footprint>(value: impl FnOnce() -> T) -> (usize, usize) {
        let mut made = None;
        let counted = measure(|| made = Some(value()));
        (made.footprint(), usize::try_from(counted.bytes_current).unwrap())
    }

    #[test]
    fn footprint_is_what_is_allocated() {
        let texts = || ["one", "another"].into_iter().map(Arc::<str>::from).collect::<Arc<[_]>>();
        for (said, allocated) in
            [both(|| Arc::<str>::from("12345678")), both(texts), both(|| Some(Arc::<str>::from("")))]
        {
            assert!(allocated > 0);
            assert_eq!(said, allocated);
        }
        assert_eq!(both(|| Box::<str>::from("12345678")), (8, 8));
        assert_eq!(both(|| None::<Arc<str>>), (0, 0));
    }

    #[test]
    fn holders_share_what_is_shared() {
        let one: Arc<str> = "a text of twenty-four..".into();
        let whole = one.footprint();
        let another = Arc::clone(&one);
        assert_eq!(one.footprint() + another.footprint(), whole / 2 * 2);
        drop(another);
        assert_eq!(one.footprint(), whole);
    }
}
