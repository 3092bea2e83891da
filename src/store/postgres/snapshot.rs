/// What a snapshot shows: all transactions before its beginning, none from its end on, and of those between all but the ones
/// that were open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    begin: u64,
    end: u64,
    open: Vec<u64>,
}

impl Snapshot {
    /// Reads what the server writes: `10:20:10,14,15`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let (begin, end) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let open = parts.next()?.split(',').filter(|number| !number.is_empty());
        Some(Self { begin, end, open: open.map(str::parse).collect::<Result<_, _>>().ok()? })
    }

    /// The oldest transaction that was open, or the next one.
    pub(super) fn begin(&self) -> u64 {
        self.begin
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Those that were open, separated by commas.
    pub(super) fn open(&self) -> String {
        self.open.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::Snapshot;

    #[test]
    fn what_the_server_writes_is_read() {
        let read = Snapshot::parse("10:20:10,14,15").unwrap();
        assert_eq!((read.begin(), read.end(), read.open().as_str()), (10, 20, "10,14,15"));
        assert_eq!(Snapshot::parse("10:10:").unwrap().open(), "");
        for text in ["", "10", "10:20", "10:20:x", "10:20:14,", "-1:20:"] {
            let is_read = Snapshot::parse(text).is_some();
            assert_eq!(is_read, text == "10:20:14,", "{text}");
        }
    }
}
