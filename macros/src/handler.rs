use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream, Result};
use syn::{Attribute, Error, Path, Signature, Visibility, parse_quote};

/// The function below the attribute. Its body is passed on unread.
pub(crate) struct Handler {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    body: TokenStream,
}

impl Handler {
    /// The function with the guard as its first argument. One that can be no handler is made as like one as can be, so
    /// that its error stays the only one.
    pub(crate) fn guarded_by(mut self, demand: &TokenStream, krate: &Path) -> TokenStream {
        if self.signature.receiver().is_none() {
            let guard = parse_quote!(_: #krate::guard::Require<#demand>);
            self.signature.inputs.insert(0, guard);
        }
        self.signature.asyncness.get_or_insert_default();
        let Self { attributes, visibility, signature, body } = self;
        quote!(#(#attributes)* #visibility #signature #body)
    }

    /// Refuses what is no axum handler, or has a guard already.
    pub(crate) fn check(&self) -> Result<()> {
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
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse().map_err(|error| not_a_function(&error))?,
            body: input.parse()?,
        })
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
    use quote::quote;
    use syn::parse::Result;

    use super::Handler;

    fn read(item: &str) -> Result<Handler> {
        let handler: Handler = syn::parse_str(item)?;
        handler.check().map(|()| handler)
    }

    fn guarded(item: &str) -> String {
        let handler: Handler = syn::parse_str(item).unwrap();
        handler.guarded_by(&quote!(Admin), &syn::parse_quote!(pats)).to_string()
    }

    #[test]
    fn handlers_are_read() {
        for item in [
            "async fn list() {}",
            "/// Lists.\n#[inline] pub(crate) async fn list<T>(_: T) -> T where T: Send { loop {} }",
        ] {
            assert!(read(item).is_ok(), "{item}");
        }
    }

    #[test]
    fn other_items_are_refused_with_a_hint() {
        for (item, hint) in [
            ("fn list() {}", "async"),
            ("async fn list(&self) {}", "self"),
            ("fn list(self: Arc<Self>) {}", "self"),
            ("struct List { all: bool }", "async fn"),
            ("impl List { async fn list() {} }", "async fn"),
            ("#[require_scope(\"a\")] async fn list() {}", "has one #[require_scope]"),
            ("#[tower_pat::require_scope(\"a\")] async fn list() {}", "has one #[require_scope]"),
        ] {
            let Err(error) = read(item) else { panic!("{item} passes") };
            assert!(error.to_string().contains(hint), "{item}: {error}");
        }
    }

    #[test]
    fn guard_is_the_first_argument() {
        let expected = quote!(
            async fn list(_: pats::guard::Require<Admin>, id: u8) {}
        );
        assert_eq!(guarded("async fn list(id: u8) {}"), expected.to_string());
    }

    #[test]
    fn function_that_is_no_handler_is_made_like_one() {
        assert_eq!(
            guarded("fn list() {}"),
            quote!(
                async fn list(_: pats::guard::Require<Admin>) {}
            )
            .to_string()
        );
        assert_eq!(
            guarded("async fn list(&self) {}"),
            quote!(
                async fn list(&self) {}
            )
            .to_string()
        );
    }
}
