use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream, Result};
use syn::{Attribute, Error, Signature, Visibility, parse_quote};

use crate::demand::Demand;

/// The function below the attribute. Its body is passed on unread.
pub(crate) struct Handler {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    body: TokenStream,
}

impl Handler {
    /// The function with the guard as its first argument.
    pub(crate) fn guarded_by(mut self, demand: &Demand) -> TokenStream {
        let guard = parse_quote!(_: ::tower_pat::guard::Require<#demand>);
        self.signature.inputs.insert(0, guard);
        let Self { attributes, visibility, signature, body } = self;
        quote!(#(#attributes)* #visibility #signature #body)
    }

    fn check(&self) -> Result<()> {
        if let Some(receiver) = self.signature.receiver() {
            let message = "a handler has no `self`: take what it needs as an argument, such as State<…>";
            return Err(Error::new_spanned(receiver, message));
        }
        if self.signature.asyncness.is_none() {
            let message = "axum handlers are async: write `async fn`";
            return Err(Error::new(self.signature.fn_token.span, message));
        }
        match self.attributes.iter().find(|attribute| is_guard(attribute)) {
            Some(second) => Err(Error::new_spanned(second, "a handler has one #[require_scope]: say all(…) or any(…)")),
            None => Ok(()),
        }
    }
}

impl Parse for Handler {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let handler = Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse().map_err(|error| not_a_function(&error))?,
            body: input.parse()?,
        };
        handler.check()?;
        Ok(handler)
    }
}

/// The compiler has read the item before, so that one without a signature is right, but is no function.
fn not_a_function(error: &Error) -> Error {
    Error::new(error.span(), "#[require_scope] guards an axum handler: it stands above an `async fn`")
}

fn is_guard(attribute: &Attribute) -> bool {
    let path = attribute.path();
    path.segments.last().is_some_and(|name| name.ident == "require_scope")
}

#[cfg(test)]
mod tests {
    use super::Handler;

    fn refusal(item: &str) -> String {
        let Err(error) = syn::parse_str::<Handler>(item) else {
            panic!("{item} passes");
        };
        error.to_string()
    }

    #[test]
    fn handlers_are_read() {
        for item in [
            "async fn list() {}",
            "/// Lists.\n#[inline] pub(crate) async fn list<T>(_: T) -> T where T: Send { loop {} }",
        ] {
            assert!(syn::parse_str::<Handler>(item).is_ok(), "{item}");
        }
    }

    #[test]
    fn other_items_are_refused_with_a_hint() {
        for (item, hint) in [
            ("fn list() {}", "async"),
            ("async fn list(&self) {}", "self"),
            ("struct List { all: bool }", "async fn"),
            ("impl List { async fn list() {} }", "async fn"),
            ("#[require_scope(\"a\")] async fn list() {}", "has one #[require_scope]"),
            ("#[tower_pat::require_scope(\"a\")] async fn list() {}", "has one #[require_scope]"),
        ] {
            assert!(refusal(item).contains(hint), "{item}: {}", refusal(item));
        }
    }
}
