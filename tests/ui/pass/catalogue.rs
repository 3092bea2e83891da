//! Whatever an enum without fields may have does no harm to the catalogue.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications)]

use tower_pat::requirement::{Access, Requirement};
use tower_pat::scope::{Scopes, text_of};
use tower_pat::{Scope, require_scope};

/// The scopes of the host.
#[derive(Scopes, Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Api {
    /// Read
    /// invoices.
    ///
    /// And print them.
    #[scope("invoices:read")]
    r#Type = 7,
    /** Write invoices. */
    #[scope("invoices:write", implies = r#Type)]
    Write,
    #[doc(hidden)]
    #[deprecated = "ask for each"]
    #[scope("admin", implies = ["invoices:write", Self::Profile, Api::Type,])]
    Admin = 255,
    #[cfg(false)]
    #[scope("invoices:write")]
    Removed,
    /// Read your profile.
    #[cfg_attr(all(), scope("profile:read"))]
    #[cfg_attr(any(), scope("profile"))]
    Profile = 0,
}

#[derive(Scopes)]
enum Signed {
    #[scope("below")]
    Below = -1,
    #[scope("zero", implies = Below)]
    Zero,
}

#[derive(Scopes)]
#[repr(u128)]
enum Huge {
    #[scope("greatest")]
    Greatest = u128::MAX,
    #[scope("least")]
    Least = 0,
}

mod inner {
    #[derive(tower_pat::Scopes)]
    pub(super) enum Api {
        #[scope("inner")]
        Inner,
    }
}

#[require_scope(all(Signed::Below, Huge::Greatest, inner::Api::Inner))]
async fn handler() {}

fn main() {
    let catalog = Api::catalog();
    let entries: Vec<_> = catalog.iter().map(|entry| (entry.scope().as_str(), entry.description())).collect();
    let expected = [
        ("invoices:read", "Read invoices.\n\nAnd print them."),
        ("invoices:write", "Write invoices."),
        ("admin", ""),
        ("profile:read", "Read your profile."),
    ];
    assert_eq!(entries, expected);
    let admin = catalog.iter().find(|entry| entry.scope().as_str() == "admin").unwrap();
    assert_eq!(admin.implies().to_string(), "invoices:read invoices:write profile:read");

    assert_eq!(Api::Type.as_ref(), "invoices:read");
    assert_eq!(Scope::from(Api::Write).as_str(), "invoices:write");
    assert_eq!(Requirement::from(Api::Write).to_string(), "invoices:write");
    assert_eq!(Access::from(Api::Profile).to_string(), "profile:read");

    const BELOW: &str = text_of::<Signed>(Signed::Below as i128);
    const LEAST: &str = text_of::<Huge>(Huge::Least as i128);
    assert_eq!((BELOW, LEAST, Scope::from(Signed::Zero).as_str()), ("below", "least", "zero"));
    assert_eq!((Scope::from(Huge::Greatest).as_str(), inner::Api::Inner.as_ref()), ("greatest", "inner"));
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(handler));
}
