use http::header::CACHE_CONTROL;
use http::{HeaderValue, Request, Response};
use tracing::Span;

use super::inform::Informed;
use super::settings::Settings;
use super::trace;
use crate::caller;
use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::response::{Asked, Manner, Responder, denial_of, is_said, restate};
use crate::scope::ScopeSet;

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
        if !self.anonymous && options.is_read_beside_authorization() {
            response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private"));
        }
        if let Some(denial) = denial_of(&response) {
            trace::denied_inside(denial, &self.span);
            let told = self
                .informed
                .as_ref()
                .and_then(|informed| Some((informed, told_of(denial, &options.manner, informed)?)));
            let mut said = restate(response, &options.manner, self.asked, &*settings.responder);
            if let Some((informed, accepted)) = told {
                informed.tell(&mut said, &accepted);
            }
            return said;
        }
        if is_said(&response) {
            trace::end(&self.span, trace::REFUSED);
            return response;
        }
        self.pass();
        if let Some(informed) = &self.informed {
            informed.tell(&mut response, &informed.accepted());
        }
        response
    }

    /// The request has got through, whatever came of it.
    pub(super) fn pass(&self) {
        trace::end(&self.span, if self.anonymous { trace::ANONYMOUS } else { trace::ACCEPTED });
    }
}

/// The scopes that a denial names to a client that is told about its token. Where there seems to be nothing, these are the
/// ones that were asked for on the way there, as they would be if there truly were nothing.
fn told_of(denial: &Denial, manner: &Manner, informed: &Informed) -> Option<ScopeSet> {
    match denial {
        Denial::InsufficientScope(_) if manner.conceals(denial) => Some(informed.accepted()),
        Denial::InsufficientScope(lacking) if !manner.hides_scopes_of(denial) => {
            Some(lacking.required().named_scopes())
        }
        _ => None,
    }
}
