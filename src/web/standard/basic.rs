use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// The identifier and the secret of a client (RFC 6749, section 2.3.1): each written as in a form, then both as Basic.
pub(super) fn client_secret_basic(headers: &HeaderMap) -> Option<(String, String)> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim_matches(' ')).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((from_form(id)?, from_form(secret)?))
}

/// One text of a form. What has a `&` or `=` in it is none, but was written without care: it is taken as it is.
fn from_form(text: &str) -> Option<String> {
    if text.contains(['&', '=']) {
        return Some(text.to_owned());
    }
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        (Some((name, _)), None) => Some(name.into_owned()),
        _ => text.is_empty().then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use http::{HeaderMap, HeaderValue};

    use super::client_secret_basic;

    fn read(value: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_str(value).unwrap());
        client_secret_basic(&headers)
    }

    #[test]
    fn client_is_read_as_oauth_writes_it() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(read(&basic("gateway:secret")), pair("gateway", "secret"));
        assert_eq!(read(&basic("a%3Ab:c+d%2B")), pair("a:b", "c d+"));
        assert_eq!(read(&basic("gateway:")), pair("gateway", ""));
        assert_eq!(read(&basic("gateway:a=b&c")), pair("gateway", "a=b&c"));
        assert_eq!(read(&basic("gateway")), None);
        assert_eq!(read("Bearer x"), None);
        assert_eq!(read("Basic %%%"), None);
    }
}
