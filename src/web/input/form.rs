use axum::extract::{FromRequest, Request};

use super::body::{Raw, is_of_type};

/// A form of OAuth (RFC 6749, section 4.4.2 and appendix B): parameters that nobody knows are ignored, one that is there
/// twice is wrong.
pub(in crate::web) struct Form(Vec<(String, String)>);

/// Why a form cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum FormFault {
    OtherType,
    Unreadable,
    Twice,
}

impl Form {
    pub(in crate::web) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Self, FormFault> {
        if !is_of_type(request.headers(), &["application/x-www-form-urlencoded"]) {
            return Err(FormFault::OtherType);
        }
        let Raw(bytes) = Raw::from_request(request, state).await.map_err(|_| FormFault::Unreadable)?;
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(&bytes) {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(FormFault::Twice);
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }

    /// What is empty counts as left out (RFC 6749, section 3.1).
    pub(in crate::web) fn value(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}
