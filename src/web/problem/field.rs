use serde::Serialize;

/// A field that is wrong.
#[derive(Debug, Clone, Serialize)]
pub(in crate::web) struct FieldError {
    /// The field of a body, the parameter or the header.
    field: String,
    /// Where in a JSON body it is (RFC 6901); none if it is not in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    detail: String,
}

impl FieldError {
    pub(in crate::web) fn new(place: Place, field: &str, detail: impl Into<String>) -> Self {
        let pointer = matches!(place, Place::Body).then(|| format!("/{field}"));
        Self { field: field.to_owned(), pointer, detail: detail.into() }
    }

    #[cfg(test)]
    pub(in crate::web) fn field(&self) -> &str {
        &self.field
    }

    pub(in crate::web) fn detail(&self) -> &str {
        &self.detail
    }
}

/// Where a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Place {
    /// A JSON body.
    Body,
    /// A form, the query, the path or a header.
    Elsewhere,
}
