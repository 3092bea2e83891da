//! A guard or an extractor knows why it denies a request; how to say it, the layer around it knows. So the one marks its
//! response, and the other says it anew on the way out.

use std::mem;

use http::header::{
    ACCEPT_RANGES, ALLOW, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, LAST_MODIFIED, SET_COOKIE, TRAILER, TRANSFER_ENCODING, VARY, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::asked::Asked;
use super::manner::Manner;
use super::responder::Responder;
use super::usual::{GRPC_STATUS, usual};
use crate::denial::Denial;

/// What is said of a body that goes away, goes away with it (RFC 9110, section 8).
const DESCRIBES_A_BODY: [HeaderName; 11] = [
    ACCEPT_RANGES,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_LOCATION,
    CONTENT_RANGE,
    CONTENT_TYPE,
    ETAG,
    LAST_MODIFIED,
    TRAILER,
    TRANSFER_ENCODING,
];

/// Marks the response of a guard or an extractor, and keeps how it looked when it was made.
#[derive(Debug, Clone)]
struct Pending {
    denial: Denial,
    status: StatusCode,
    headers: HeaderMap,
}

/// Marks what a layer has said, which the layers around it leave alone.
#[derive(Debug, Clone, Copy)]
struct Said;

/// The response of a guard or an extractor.
pub(crate) fn deny<B>(denial: Denial, asked: Asked, responder: &impl Responder<B>) -> Response<B> {
    let mut response = responder.respond(&denial, usual(&denial, &Manner::default(), asked));
    let pending = Pending { denial, status: response.status(), headers: response.headers().clone() };
    response.extensions_mut().insert(pending);
    response
}

/// The response of a layer.
pub(crate) fn say<B>(denial: &Denial, manner: &Manner, asked: Asked, responder: &impl Responder<B>) -> Response<B> {
    let mut response = responder.respond(denial, usual(denial, manner, asked));
    response.extensions_mut().insert(Said);
    response
}

/// Whether a layer inside has said this, and nobody has made a success of it since.
pub(crate) fn is_said<B>(response: &Response<B>) -> bool {
    let failed = || !response.status().is_success() || response.headers().contains_key(GRPC_STATUS);
    response.extensions().get::<Said>().is_some() && failed()
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
    let mut said = say(&pending.denial, manner, asked, responder);
    let added = pending.added_to(response.headers());
    said.extensions_mut().extend(mem::take(response.extensions_mut()));
    let (changed, hides) = (pending.is_changed_in(&response), manner.hides_scopes_of(&pending.denial));
    // Whatever others have made of it, it could tell what is to be hidden; and a client of gRPC reads one form alone.
    if changed && !hides && !asked.grpc {
        rechallenge(response.headers_mut(), &pending.headers, said.headers(), &added);
        *response.extensions_mut() = mem::take(said.extensions_mut());
        return response;
    }
    let concealed = manner.conceals(&pending.denial);
    let stays = |name: &HeaderName, value: &HeaderValue| match *name {
        WWW_AUTHENTICATE => !concealed && !is_bearer(value),
        ALLOW if concealed => false,
        _ if changed && hides => tells_nothing(name),
        _ => !said.headers().contains_key(name) && !DESCRIBES_A_BODY.contains(name),
    };
    let staying = added.iter().filter(|&(name, value)| stays(name, value));
    let staying: Vec<_> = staying.map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, value) in staying {
        said.headers_mut().append(name, value);
    }
    said
}

impl Pending {
    /// Whether others have made another response of it.
    fn is_changed_in<B>(&self, response: &Response<B>) -> bool {
        let retyped = response.headers().get(CONTENT_TYPE) != self.headers.get(CONTENT_TYPE);
        response.status() != self.status || retyped
    }

    /// The headers that others have added.
    fn added_to(&self, headers: &HeaderMap) -> HeaderMap {
        let made = |name, value| self.headers.get_all(name).iter().any(|made| made == value);
        let added = headers.iter().filter(|&(name, value)| !made(name, value));
        added.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// A challenge that was made here, and touched: the layer has its own.
fn is_bearer(challenge: &HeaderValue) -> bool {
    let scheme = challenge.as_bytes().split(|&byte| byte == b' ').next();
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"Bearer"))
}

/// What a response has whatever it says.
fn tells_nothing(name: &HeaderName) -> bool {
    matches!(*name, SET_COOKIE | VARY) || name == "x-request-id" || name.as_str().starts_with("access-control-")
}

/// Puts the challenges of the layer in place of the one that was made, if that is still there.
fn rechallenge(headers: &mut HeaderMap, made: &HeaderMap, said: &HeaderMap, others: &HeaderMap) {
    let Some(challenge) = made.get(WWW_AUTHENTICATE) else { return };
    if headers.get_all(WWW_AUTHENTICATE).iter().any(|there| there == challenge) {
        headers.remove(WWW_AUTHENTICATE);
        for challenge in said.get_all(WWW_AUTHENTICATE).iter().chain(others.get_all(WWW_AUTHENTICATE)) {
            headers.append(WWW_AUTHENTICATE, challenge.clone());
        }
    }
}
