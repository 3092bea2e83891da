//! The attribute macros of `tower-pat`; use them through that crate.

mod demand;
mod expand;
mod handler;
mod scope;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parser, Result};

use demand::Demand;
use handler::Handler;

/// Lets only callers with a scope reach an axum handler.
///
/// It stands above an `async fn`, free or associated, and asks for one scope, for all of several, or for any of several,
/// nested as needed:
///
/// ```text
/// #[require_scope("invoices:read")]
/// #[require_scope(all("invoices:read", "invoices:write"))]
/// #[require_scope(any("admin", all("invoices:read", "invoices:write")))]
/// ```
///
/// A scope is 1 to 128 printable ASCII characters without space, `"` and `\` (RFC 6749, section 3.3); what is not does
/// not compile.
///
/// The macro puts a first argument, `_: Require<…>`, before those of the handler, and changes nothing else:
///
/// - the requirement is checked before any other extractor runs and before the body of the request is read;
/// - `#[utoipa::path]` may stand above or below, and its output stays as it is; `#[axum::debug_handler]` stands below;
/// - the handler may be generic.
///
/// It writes `::tower_pat`, so the crate must be known by that name.
///
/// A caller without the scope gets 403, with the scope in `WWW-Authenticate`; a request without a token 401; where no
/// `PatAuthLayer` stands around the route, every request gets 500.
#[proc_macro_attribute]
pub fn require_scope(argument: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let item = TokenStream::from(item);
    let guarded = guard(argument.into(), item.clone());
    guarded.unwrap_or_else(|error| beside(&item, error)).into()
}

fn guard(argument: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let demand = Demand::parse_argument.parse2(argument)?;
    let handler: Handler = syn::parse2(item)?;
    Ok(handler.guarded_by(&demand))
}

/// The item stays, so that the error does not bring others that say it is missing.
fn beside(item: &TokenStream, error: syn::Error) -> TokenStream {
    let error = error.into_compile_error();
    quote!(#error #item)
}
