//! The macros of `tower-pat`; use them through that crate.

mod argument;
mod demand;
mod derive;
mod expand;
mod faults;
mod handler;
mod krate;
mod options;
mod scope;
mod template;

use proc_macro2::TokenStream;
use quote::quote;

use argument::Argument;
use derive::Catalogue;
use faults::Faults;
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
/// A scope is a string, or a variant of a catalogue, an enum with `#[derive(Scopes)]`:
///
/// ```text
/// #[require_scope(Api::ReadInvoices)]
/// #[require_scope(any("admin", Api::WriteInvoices))]
/// ```
///
/// A string is 1 to 128 printable ASCII characters without space, `"` and `\` (RFC 6749, section 3.3); what is not does
/// not compile. A variant is written with its enum, for a name alone could be anything.
///
/// After the requirement come these, each at most once and in any order:
///
/// | argument | says |
/// |---|---|
/// | `on = "repo:{owner}/{name}"` | on which resource the scopes are used; a parameter is one of the route, and fills one segment |
/// | `among = "repo"` | that the handler lists resources of this kind, and lists only those that the token may see |
/// | `conceal` | that a caller whose scopes or resources are not enough is told 404, where others are told 403 |
/// | `catalog = Api` | that each string is a scope of this catalogue; one that is not does not compile |
/// | `crate = path::to::tower_pat` | where this crate is, if not at `::tower_pat` |
///
/// Without `on` or `among`, a token that is limited to resources is denied: the scope is asked for everywhere.
///
/// `on` and `among` exclude each other. A template is a kind, which is lowercase letters, digits, `_` and `-` after a
/// letter, then `:`, then up to 16 segments with `/` between, each a text or a `{parameter}`; it has at most 128
/// characters.
///
/// The macro puts a first argument, `_: Require<…>`, before those of the handler, and changes nothing else:
///
/// - the requirement is checked before any other extractor runs and before the body of the request is read;
/// - `#[utoipa::path]` may stand above or below, and its output stays as it is; `#[axum::debug_handler]` stands below
///   (above, it says that an argument is missing);
/// - the handler may be generic.
///
/// [`demand!`] takes the same argument where the guard is written by hand.
///
/// A caller without the scope gets 403, with the scope in `WWW-Authenticate`; a request without a token 401; where no
/// `PatAuthLayer` stands around the route, every request gets 500.
#[proc_macro_attribute]
pub fn require_scope(argument: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    guard(argument.into(), item.into()).into()
}

/// Above what is wrong stays a guard that nobody passes, so that the error does not bring others.
fn guard(argument: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let krate = krate::named_in(argument.clone());
    let argument = faults.keep(syn::parse2::<Argument>(argument));
    let demand = argument.map_or_else(|| expand::nothing(&krate), |argument| expand::demand(&argument));
    let guarded = match faults.keep(syn::parse2::<Handler>(item.clone())) {
        Some(handler) => {
            faults.keep(handler.check());
            handler.guarded_by(&demand, &krate)
        }
        None => item,
    };
    quote!(#faults #guarded)
}

/// The type of a requirement, for a guard that is written by hand.
///
/// It takes what `#[require_scope]` takes, and stands where a type does:
///
/// ```text
/// async fn show(_: Require<demand!("repo:read", on = "repo:{owner}/{name}")>) {}
///
/// type Maintain = demand!(all(Api::ReadRepos, Api::WriteRepos), conceal);
/// ```
///
/// The guard is the first argument of a handler: extractors run from the first to the last.
#[proc_macro]
pub fn demand(argument: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let argument = TokenStream::from(argument);
    let krate = krate::named_in(argument.clone());
    let demand = syn::parse2::<Argument>(argument).map(|argument| expand::demand(&argument));
    demand.unwrap_or_else(|error| expand::wrong(&krate, &error)).into()
}

/// Makes a catalogue of scopes out of an enum.
///
/// Each variant is a scope, and its doc comment is the description that people are shown:
///
/// ```text
/// #[derive(Scopes)]
/// enum Api {
///     /// Read invoices.
///     #[scope("invoices:read")]
///     ReadInvoices,
///     /// Read and change invoices.
///     #[scope("invoices:write", implies = "invoices:read")]
///     WriteInvoices,
///     /// Everything.
///     #[scope("admin", implies = [WriteInvoices, "profile:read"])]
///     Admin,
///     /// Read your profile.
///     #[scope("profile:read")]
///     ReadProfile,
/// }
/// ```
///
/// - `implies` names the scopes that a scope includes, as strings or as variants, one or a list. What these imply is
///   implied too.
/// - The lines of a paragraph of a doc comment become one line. An empty line between paragraphs stays; a variant
///   without a comment has an empty description.
/// - Where this crate is not at `::tower_pat`, `#[scopes(crate = path::to::tower_pat)]` on the enum says where it is.
/// - A variant that `#[cfg]` removes is not declared, and nothing may imply it: say `#[cfg_attr(…, scope(…))]` for both.
///
/// It implements `Scopes`, `AsRef<str>`, and `From` the enum for `Scope`, `Requirement` and `Access`.
///
/// These do not compile: two variants with one scope, a scope that implies itself, by whatever way, or one that is not
/// declared, a text that is no scope, a variant with fields or without `#[scope]`, an enum with generics or without
/// variants, a struct or a union.
#[proc_macro_derive(Scopes, attributes(scope, scopes))]
pub fn scopes(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let mut faults = Faults::default();
    let input = faults.keep(syn::parse(input));
    let catalogue = input.and_then(|input| Catalogue::read(&input, &mut faults));
    quote!(#faults #catalogue).into()
}
