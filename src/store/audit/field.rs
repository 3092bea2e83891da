use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What a change did to one field of a token, as texts. Never a secret: neither token nor digest is a field.
///
/// In serde it is an object with `field`, `before` and `after`.
///
/// ```
/// use tower_pat::store::FieldChange;
///
/// let change = FieldChange::new("name", "nightly".to_owned(), "nightly build".to_owned());
/// assert_eq!(
///     serde_json::to_string(&change)?,
///     r#"{"field":"name","before":"nightly","after":"nightly build"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    field: Cow<'static, str>,
    before: Option<String>,
    after: Option<String>,
}

impl FieldChange {
    /// A field was one thing and is another; none where there is no value.
    #[must_use]
    pub fn new(field: &'static str, before: impl Into<Option<String>>, after: impl Into<Option<String>>) -> Self {
        Self { field: field.into(), before: before.into(), after: after.into() }
    }

    /// Which field.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What it was.
    #[must_use]
    pub fn before(&self) -> Option<&str> {
        self.before.as_deref()
    }

    /// What it is.
    #[must_use]
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }
}
