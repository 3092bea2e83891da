use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, Request, Response};
use tracing::Span;

use super::inform::Informed;
use super::settings::Settings;
use super::trace;
use crate::caller;
use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::response::{Asked, Responder, denial_of, is_said, restate};

/// Goes with a request that is let pass, and meets its response.
#[derive(Debug)]
pub(super) struct Escort {
    pub(super) span: Span,
    asked: Asked,
    informed: Option<Box<Informed>>,
    anonymous: bool,
}

impl Escort {
    /// Makes the request ready for the inner service.
    pub(super) fn admit<R, B>(
        settings: &Settings<R>,
        request: &mut Request<B>,
        asked: Asked,
        principal: Option<PatPrincipal>,
    ) -> Self {
        let (span, anonymous) = (trace::span(principal.as_ref()), principal.is_none());
        let informs = settings.options.informs;
        let informed =
            principal.as_ref().filter(|_| informs).map(|principal| Box::new(Informed::of(principal, request)));
        match principal {
            Some(principal) => caller::admit(request.extensions_mut(), principal),
            None => caller::admit_anonymous(request.extensions_mut()),
        }
        Self { span, asked, informed, anonymous }
    }

    /// Makes the response of the inner service ready for the client.
    pub(super) fn bring_back<R, B>(&self, settings: &Settings<R>, mut response: Response<B>) -> Response<B>
    where
        R: Responder<B>,
    {
        let options = &settings.options;
        if let Some(denial) = denial_of(&response) {
            trace::denied_inside(denial, &self.span);
            let tells = matches!(denial, Denial::InsufficientScope(_)) && !options.manner.hides_scopes();
            let mut said = restate(response, &options.manner, self.asked, &*settings.responder);
            if tells {
                self.inform(said.headers_mut());
            }
            return said;
        }
        if is_said(&response) {
            trace::end(&self.span, trace::REFUSED);
            return response;
        }
        trace::end(&self.span, if self.anonymous { trace::ANONYMOUS } else { trace::ACCEPTED });
        self.inform(response.headers_mut());
        if !self.anonymous && options.is_read_beside_authorization() {
            response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private"));
        }
        response
    }

    fn inform(&self, headers: &mut HeaderMap) {
        if let Some(informed) = &self.informed {
            informed.tell(headers);
        }
    }
}
