use http::Request;
use http::header::AUTHORIZATION;

use crate::caller;
use crate::principal::PatPrincipal;

/// Makes the request ready for the inner service.
pub(super) fn admit<B>(request: &mut Request<B>, principal: Option<PatPrincipal>) {
    if let Some(credential) = request.headers_mut().get_mut(AUTHORIZATION) {
        credential.set_sensitive(true);
    }
    match principal {
        Some(principal) => caller::admit(request.extensions_mut(), principal),
        None => caller::admit_anonymous(request.extensions_mut()),
    }
}
