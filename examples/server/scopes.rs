//! What tokens may do.

use tower_pat::scope::Scopes;

/// The catalogue: what tokens are made with, what a route may ask for, and what people are shown.
#[derive(Clone, Copy, Scopes)]
pub(crate) enum Api {
    /// See who you are.
    #[scope("profile:read")]
    ReadProfile,
    /// See your invoices.
    #[scope("invoices:read")]
    ReadInvoices,
    /// See your invoices and write new ones.
    #[scope("invoices:write", implies = ReadInvoices)]
    WriteInvoices,
}
