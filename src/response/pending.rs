//! A guard or an extractor knows why it denies a request; how to say it, the layer around it knows. So the one marks its
//! response, and the other says it anew on the way out.

use std::mem;

use http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, LAST_MODIFIED, TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, Response, StatusCode};

use super::asked::Asked;
use super::manner::Manner;
use super::responder::Responder;
use super::usual::usual;
use crate::denial::Denial;

/// What is said of a body that goes away, goes away with it (RFC 9110, section 8).
const DESCRIBES_A_BODY: [HeaderName; 10] = [
    ACCEPT_RANGES,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_LOCATION,
    CONTENT_RANGE,
    CONTENT_TYPE,
    ETAG,
    LAST_MODIFIED,
    TRANSFER_ENCODING,
];

/// Marks the response of a guard or an extractor, and keeps how it looked when it was made.
#[derive(Debug, Clone)]
struct Pending {
    denial: Denial,
    status: StatusCode,
    headers: HeaderMap,
}

/// The response of a guard or an extractor.
pub(crate) fn deny<B>(denial: Denial, asked: Asked, responder: &impl Responder<B>) -> Response<B> {
    let usual = usual(&denial, &Manner::default(), asked);
    let mut response = responder.respond(&denial, usual);
    let pending = Pending { denial, status: response.status(), headers: response.headers().clone() };
    response.extensions_mut().insert(pending);
    response
}

/// Why a guard or an extractor inside has denied the request, if this is its response.
pub(crate) fn denial_of<B>(response: &Response<B>) -> Option<&Denial> {
    response.extensions().get().map(|pending: &Pending| &pending.denial)
}

/// Says the denial of a guard or an extractor as the layer says its own. What others have made of the response on its way
/// stays: headers that they have added and, if they have made another response of it, that response.
pub(crate) fn restate<B>(
    mut response: Response<B>,
    manner: &Manner,
    asked: Asked,
    responder: &impl Responder<B>,
) -> Response<B> {
    let Some(pending) = response.extensions_mut().remove::<Pending>() else {
        return response;
    };
    let said = responder.respond(&pending.denial, usual(&pending.denial, manner, asked));
    let added = pending.added_to(response.headers());
    // Whatever others have made of it, it would tell what is to be concealed.
    if pending.is_changed_in(&response) && !manner.conceals(&pending.denial) {
        return rechallenge(response, &pending.headers, said.headers(), &added);
    }
    let (mut parts, body) = said.into_parts();
    for (name, value) in added.iter().filter(|(name, _)| !DESCRIBES_A_BODY.contains(name)) {
        parts.headers.append(name, value.clone());
    }
    parts.extensions.extend(mem::take(response.extensions_mut()));
    Response::from_parts(parts, body)
}

impl Pending {
    /// Whether the body is no longer the one that was made, or means something else.
    fn is_changed_in<B>(&self, response: &Response<B>) -> bool {
        let headers = response.headers();
        let described = headers.get(CONTENT_TYPE) == self.headers.get(CONTENT_TYPE);
        response.status() != self.status || !described || headers.contains_key(CONTENT_ENCODING)
    }

    /// The headers that others have added.
    fn added_to(&self, headers: &HeaderMap) -> HeaderMap {
        let made = |name, value| self.headers.get_all(name).iter().any(|made| made == value);
        let added = headers.iter().filter(|&(name, value)| !made(name, value));
        added.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Puts the challenges of the layer in place of the one that was made, if that is still there.
fn rechallenge<B>(mut response: Response<B>, made: &HeaderMap, said: &HeaderMap, others: &HeaderMap) -> Response<B> {
    let Some(challenge) = made.get(WWW_AUTHENTICATE) else { return response };
    let headers = response.headers_mut();
    if headers.get_all(WWW_AUTHENTICATE).iter().any(|there| there == challenge) {
        headers.remove(WWW_AUTHENTICATE);
        for challenge in said.get_all(WWW_AUTHENTICATE).iter().chain(others.get_all(WWW_AUTHENTICATE)) {
            headers.append(WWW_AUTHENTICATE, challenge.clone());
        }
    }
    response
}
