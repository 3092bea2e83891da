use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::invalid::{InvalidValue, InvalidValueKind};

/// What the host keeps about a token beside the rest: texts under keys. Nothing of it is looked at.
///
/// At most 32 entries; a key has 1 to 64 characters, a value at most 500, neither a control character but tab and the ends
/// of lines in values; and as JSON the whole has at most 4,096 bytes.
///
/// ```
/// use tower_pat::record::Metadata;
///
/// let metadata: Metadata = r#"{"team": "billing", "ticket": "OPS-7"}"#.parse()?;
/// assert_eq!(metadata.value("team"), Some("billing"));
/// assert_eq!(metadata, Metadata::new([("ticket", "OPS-7"), ("team", "billing")])?);
/// assert!(Metadata::new([("team", "x".repeat(501))]).is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata(BTreeMap<Box<str>, Box<str>>);

impl Metadata {
    const MAX_ENTRIES: usize = 32;
    const MAX_KEY_CHARS: usize = 64;
    const MAX_VALUE_CHARS: usize = 500;
    const MAX_BYTES: usize = 4_096;

    /// Puts entries together. Of several with one key the last counts.
    ///
    /// # Errors
    ///
    /// When they are more, or larger, than may be.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(entries: impl IntoIterator<Item = (K, V)>) -> Result<Self, InvalidValue> {
        let mut kept = BTreeMap::new();
        for (key, value) in entries {
            if kept.len() > Self::MAX_ENTRIES || !is_key(key.as_ref()) || !is_value(value.as_ref()) {
                return Err(refused());
            }
            kept.insert(key.as_ref().into(), value.as_ref().into());
        }
        let metadata = Self(kept);
        let fits = metadata.len() <= Self::MAX_ENTRIES && metadata.to_string().len() <= Self::MAX_BYTES;
        fits.then_some(metadata).ok_or_else(refused)
    }

    /// The value under a key.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(AsRef::as_ref)
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The entries, key and value, in the order of their keys.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

/// As a JSON object.
impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| fmt::Error)?)
    }
}

/// Reads a JSON object whose values are texts.
impl FromStr for Metadata {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Before it is taken apart: a document of megabytes is not worth the memory. Escapes and spaces are room enough.
        if text.len() > 8 * Self::MAX_BYTES {
            return Err(refused());
        }
        let entries: BTreeMap<String, String> = serde_json::from_str(text).map_err(|_| refused())?;
        Self::new(entries)
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

fn is_key(text: &str) -> bool {
    (1..=Metadata::MAX_KEY_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_value(text: &str) -> bool {
    let is_control = |char: char| char.is_control() && !matches!(char, '\n' | '\r' | '\t');
    text.chars().count() <= Metadata::MAX_VALUE_CHARS && !text.chars().any(is_control)
}

fn refused() -> InvalidValue {
    InvalidValue::new(InvalidValueKind::Metadata)
}

#[cfg(test)]
mod tests {
    use super::Metadata;

    #[test]
    fn metadata_are_bounded_in_number_length_and_whole() {
        let numbered = |count: usize| (0..count).map(|number| (number.to_string(), String::new()));
        assert_eq!(Metadata::new(numbered(32)).unwrap().len(), 32);
        assert!(Metadata::new(numbered(33)).is_err());
        assert!(Metadata::new(numbered(1_000_000)).is_err());
        for (key, value, fits) in [
            ("é".repeat(64), "ü".repeat(500), true),
            ("k".repeat(65), String::new(), false),
            (String::new(), "v".to_owned(), false),
            ("k".to_owned(), "v".repeat(501), false),
            ("k\n".to_owned(), "v".to_owned(), false),
            ("k".to_owned(), "two\nlines".to_owned(), true),
            ("k".to_owned(), "\0".to_owned(), false),
        ] {
            assert_eq!(Metadata::new([(key, value)]).is_ok(), fits);
        }
        let large = |count: usize| (0..count).map(|number| (number.to_string(), "v".repeat(500)));
        assert!(Metadata::new(large(8)).is_ok());
        assert!(Metadata::new(large(9)).is_err());
    }

    #[test]
    fn json_that_is_no_flat_object_of_texts_or_too_long_is_refused() {
        for text in ["", "[]", "7", r#"{"a":1}"#, r#"{"a":{"b":"c"}}"#, r#"{"a":null}"#, r#"{"a":"b"} x"#, "{"] {
            assert!(text.parse::<Metadata>().is_err(), "{text}");
        }
        let megabyte = format!(r#"{{"a":"{}"}}"#, "x".repeat(1 << 20));
        let message = megabyte.parse::<Metadata>().unwrap_err().to_string();
        assert_eq!(
            message,
            "metadata are a flat object of at most 32 texts: keys of 1 to 64 characters, values of at most 500, 4096 bytes in all"
        );
    }

    #[test]
    fn text_reads_back_what_it_was_made_of() {
        let metadata = Metadata::new([("quote\"", "back\\slash\n"), ("é", "")]).unwrap();
        assert_eq!(metadata.to_string().parse(), Ok(metadata));
        assert_eq!(Metadata::default().to_string(), "{}");
    }
}
