use http::Uri;
use http::uri::PathAndQuery;
use zeroize::Zeroizing;

use super::presented::{Presented, only_word};
use crate::denial::InvalidRequest;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// A parameter of the query that carries a token (RFC 6750, section 2.3).
#[derive(Debug, Clone)]
pub(crate) struct QueryParameter(Box<str>);

impl QueryParameter {
    const MAX_LEN: usize = 100;

    pub(crate) fn parse(name: &str) -> Result<Self, InvalidValue> {
        let characters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !(1..=Self::MAX_LEN).contains(&name.len()) || !characters {
            return Err(InvalidValue::new(InvalidValueKind::QueryParameter));
        }
        Ok(Self(name.into()))
    }

    /// The token in the query of a request, if there is one.
    pub(crate) fn read(&self, uri: &Uri) -> Result<Option<Presented<'static>>, InvalidRequest> {
        let mut values = uri.query().into_iter().flat_map(pairs).filter_map(|pair| self.value(pair));
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(InvalidRequest::SeveralCredentials);
        }
        match only_word(value.as_bytes()) {
            Some(word) if word.len() == value.len() => Ok(Some(Presented::Decoded(Zeroizing::new(word.to_vec())))),
            _ => Err(InvalidRequest::MalformedQuery),
        }
    }

    /// Takes the parameter out and leaves the others byte for byte.
    pub(crate) fn remove(&self, uri: &mut Uri) {
        let Some(query) = uri.query() else { return };
        if !pairs(query).any(|pair| self.value(pair).is_some()) {
            return;
        }
        let others: Vec<_> = pairs(query).filter(|pair| self.value(pair).is_none()).collect();
        let separator = if others.is_empty() { "" } else { "?" };
        let rest = format!("{}{separator}{}", uri.path(), others.join("&"));
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(rest).expect("a part of a query is a query"));
        *uri = Uri::from_parts(parts).expect("only the query has changed");
    }

    /// The decoded value of a pair that has this name, in whatever way the name is encoded.
    fn value(&self, pair: &str) -> Option<Zeroizing<String>> {
        let (name, value) = form_urlencoded::parse(pair.as_bytes()).next()?;
        (name == *self.0).then(|| Zeroizing::new(value.into_owned()))
    }
}

fn pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&')
}
