use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, LitStr, Path};

use crate::argument::Argument;
use crate::demand::Demand;
use crate::krate;
use crate::options::Resource;

/// How many bytes one parameter of `Text` holds.
const WORD: usize = 16;

/// How many parameters there are.
const WORDS: usize = 8;

/// The type of `tower_pat::guard::demand` that stands for an argument.
pub(crate) fn demand(argument: &Argument) -> TokenStream {
    let krate = argument.options.krate.clone().unwrap_or_else(krate::usual);
    Expansion { krate: &krate, catalog: argument.options.catalog.as_ref() }.argument(argument)
}

/// What is met by nobody, in the place of an argument that is wrong.
pub(crate) fn nothing(krate: &Path) -> TokenStream {
    quote!(#krate::guard::demand::All<()>)
}

/// The same, with what is wrong, where nothing but a type may stand.
pub(crate) fn wrong(krate: &Path, error: &Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#krate::guard::demand::Text<{ #error }, 0>)
}

struct Expansion<'a> {
    krate: &'a Path,
    catalog: Option<&'a Path>,
}

impl Expansion<'_> {
    fn argument(&self, argument: &Argument) -> TokenStream {
        let krate = self.krate;
        let mut demand = self.demand(&argument.demand);
        if let Some(resource) = &argument.options.resource {
            let (name, text) = match resource {
                Resource::On(template) => (quote!(On), template),
                Resource::Among(kind) => (quote!(Among), kind),
            };
            let text = self.text(text, None);
            demand = quote!(#krate::guard::demand::#name<#demand, #text>);
        }
        if argument.options.conceal {
            demand = quote!(#krate::guard::demand::Concealed<#demand>);
        }
        demand
    }

    fn demand(&self, demand: &Demand) -> TokenStream {
        match demand {
            Demand::Scope(text) => self.text(text, self.catalog),
            Demand::Variant(path) => self.variant(path),
            Demand::All(parts) => self.list(&quote!(All), parts),
            Demand::Any(parts) => self.list(&quote!(Any), parts),
        }
    }

    fn list(&self, name: &TokenStream, parts: &[Demand]) -> TokenStream {
        let krate = self.krate;
        let list = parts.iter().rfold(quote!(()), |rest, part| {
            let part = self.demand(part);
            quote!((#part, #rest))
        });
        quote!(#krate::guard::demand::#name<#list>)
    }

    /// The packing itself is `word`'s, so that there is one. The catalogue is asked once, for the length, so that it
    /// complains once.
    fn text(&self, text: &LitStr, catalog: Option<&Path>) -> TokenStream {
        let krate = self.krate;
        let len = text.value().len();
        let words = (0..len.div_ceil(WORD)).map(Literal::usize_unsuffixed);
        let len = match catalog {
            Some(catalog) => self.known(text, catalog),
            None => Literal::usize_unsuffixed(len).into_token_stream(),
        };
        quote!(#krate::guard::demand::Text<#len, #({ #krate::guard::demand::word(#text, #words) }),*>)
    }

    fn known(&self, text: &LitStr, catalog: &Path) -> TokenStream {
        let krate = krate::at(text.span(), self.krate.to_token_stream());
        let known = krate::at(text.span(), quote!(scope::known));
        let argument = krate::at(text.span(), quote!((#text)));
        quote!({ #krate::#known::<#catalog> #argument.len() })
    }

    fn variant(&self, path: &Path) -> TokenStream {
        let krate = self.krate;
        let catalog = owner(path);
        let name = path.segments.last().map_or_else(Span::call_site, |name| name.ident.span());
        let number = krate::at(name, quote!(as ::core::primitive::i128));
        let text = quote!(#krate::scope::text_of::<#catalog>(#path #number));
        let words = (0..WORDS).map(Literal::usize_unsuffixed);
        quote!(#krate::guard::demand::Text<{ #text.len() }, #({ #krate::guard::demand::word(#text, #words) }),*>)
    }
}

/// The path to the catalogue, which is that of its variant without the last name.
fn owner(path: &Path) -> Path {
    let mut owner = path.clone();
    owner.segments.pop();
    owner.segments.pop_punct();
    owner
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};
    use syn::Type;

    use super::demand;

    fn expand(argument: &str) -> Type {
        syn::parse2(demand(&syn::parse_str(argument).unwrap())).unwrap()
    }

    fn assert_expands(argument: &str, expected: &Type) {
        assert_eq!(expand(argument).to_token_stream().to_string(), expected.to_token_stream().to_string());
    }

    fn words(len: usize) -> usize {
        let scope = format!("{:?}", "a".repeat(len));
        expand(&scope).to_token_stream().to_string().matches("word").count()
    }

    #[test]
    fn a_scope_takes_a_number_for_each_16_bytes() {
        for (len, numbers) in [(1, 1), (15, 1), (16, 1), (17, 2), (32, 2), (33, 3), (127, 8), (128, 8)] {
            assert_eq!(words(len), numbers, "{len}");
        }
    }

    #[test]
    fn lists_are_nested_pairs() {
        let expected = syn::parse_quote! {
            ::tower_pat::guard::demand::Any<(
                ::tower_pat::guard::demand::Text<1, { ::tower_pat::guard::demand::word("a", 0) }>,
                (::tower_pat::guard::demand::All<(
                    ::tower_pat::guard::demand::Text<1, { ::tower_pat::guard::demand::word("b", 0) }>,
                    ()
                )>, ())
            )>
        };
        assert_expands(r#"any("a", all("b"))"#, &expected);
    }

    #[test]
    fn resource_stands_around_the_requirement_and_concealment_around_both() {
        let scope = quote!(::tower_pat::guard::demand::Text<1, { ::tower_pat::guard::demand::word("a", 0) }>);
        let text = quote!(::tower_pat::guard::demand::Text<3, { ::tower_pat::guard::demand::word("b:c", 0) }>);
        let kind = quote!(::tower_pat::guard::demand::Text<1, { ::tower_pat::guard::demand::word("b", 0) }>);
        let on = quote!(::tower_pat::guard::demand::On<#scope, #text>);
        assert_expands(r#""a", on = "b:c""#, &syn::parse_quote!(#on));
        assert_expands(r#""a", conceal, on = "b:c""#, &syn::parse_quote!(::tower_pat::guard::demand::Concealed<#on>));
        assert_expands(r#""a", conceal"#, &syn::parse_quote!(::tower_pat::guard::demand::Concealed<#scope>));
        assert_expands(r#""a", among = "b""#, &syn::parse_quote!(::tower_pat::guard::demand::Among<#scope, #kind>));
    }

    #[test]
    fn a_string_is_asked_for_in_the_catalogue_once() {
        let expected = syn::parse_quote! {
            ::tower_pat::guard::demand::Text<
                { ::tower_pat::scope::known::<crate::Api>("a").len() },
                { ::tower_pat::guard::demand::word("a", 0) }
            >
        };
        assert_expands(r#""a", catalog = crate::Api"#, &expected);
    }

    #[test]
    fn a_variant_takes_every_number() {
        let code = expand("crate::Api::Read").to_token_stream().to_string();
        let text = quote!(::tower_pat::scope::text_of::<crate::Api>(crate::Api::Read as ::core::primitive::i128));
        assert_eq!(code.matches(&text.to_string()).count(), 9, "{code}");
    }

    #[test]
    fn another_crate_is_named_throughout() {
        for argument in [
            r#"all("a", any(Api::Read)), on = "b:c", conceal, catalog = Api, crate = pats"#,
            r#""a", among = "b", crate = pats"#,
        ] {
            let code = expand(argument).to_token_stream().to_string();
            assert!(!code.contains("tower_pat"), "{code}");
        }
    }
}
