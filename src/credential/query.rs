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

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use http::Uri;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::QueryParameter;
    use crate::denial::InvalidRequest::{self, MalformedQuery, SeveralCredentials};

    fn read(query: &str) -> Result<Option<Vec<u8>>, InvalidRequest> {
        let uri: Uri = format!("/a?{query}").parse().unwrap();
        let token = QueryParameter::parse("access_token").unwrap().read(&uri)?;
        Ok(token.map(|token| token.as_ref().to_vec()))
    }

    fn rest(uri: &str) -> String {
        let mut uri: Uri = uri.parse().unwrap();
        QueryParameter::parse("access_token").unwrap().remove(&mut uri);
        uri.to_string()
    }

    #[test]
    fn parameter_is_read_however_it_is_encoded() {
        for query in ["access_token=t", "a=b&access_token=t&c", "access%5ftoken=t", "%61ccess_token=%74"] {
            assert_eq!(read(query), Ok(Some(b"t".to_vec())), "{query}");
        }
        for query in ["", "&", "Access_token=t", "access_token2=t", "a=access_token=t", "?access_token=t"] {
            assert_eq!(read(query), Ok(None), "{query}");
        }
    }

    #[test]
    fn parameter_without_one_word_is_malformed_and_two_are_refused() {
        for query in ["access_token", "access_token=", "access_token=a+b", "access_token=+t", "access_token=%20t"] {
            assert_eq!(read(query), Err(MalformedQuery), "{query}");
        }
        for query in ["access_token=t&access_token=t", "access_token=t&a&access%5Ftoken=", "access_token&access_token"]
        {
            assert_eq!(read(query), Err(SeveralCredentials), "{query}");
        }
    }

    #[test]
    fn others_stay_byte_for_byte() {
        for (uri, expected) in [
            ("/a?access_token=t", "/a"),
            ("/a?access%5ftoken=t&x=%20+%zz&&y", "/a?x=%20+%zz&&y"),
            ("/a?x=1&access_token=t", "/a?x=1"),
            ("/a?x=1&access_token=t&access_token=u&y=2", "/a?x=1&y=2"),
            ("/a?x=access_token", "/a?x=access_token"),
            ("http://acme.example/?access_token=t", "http://acme.example/"),
            ("http://acme.example?access_token=t&x", "http://acme.example/?x"),
            ("/a", "/a"),
            ("*", "*"),
        ] {
            assert_eq!(rest(uri), expected, "{uri}");
        }
    }

    proptest! {
        #[test]
        fn no_query_panics_and_what_is_removed_is_gone(query in "[!-~é&=%+]{0,40}(access_token=[!-~]{0,8})?(&[!-~]{0,8})?") {
            let Ok(mut uri) = format!("/a?{query}").parse::<Uri>() else { return Ok(()) };
            let parameter = QueryParameter::parse("access_token").unwrap();
            let before = parameter.read(&uri).map(|token| token.is_some());
            parameter.remove(&mut uri);
            prop_assert!(matches!(parameter.read(&uri), Ok(None)));
            if let Ok(false) = before {
                prop_assert_eq!(uri.query().unwrap_or_default(), query.split('#').next().unwrap());
            }
        }
    }

    #[test]
    fn name_is_letters_digits_and_lines() {
        for name in ["", "a b", "a&b", "a=b", "a%62", "é", "a[]", &"a".repeat(101)] {
            assert!(QueryParameter::parse(name).is_err(), "{name}");
        }
    }
}
