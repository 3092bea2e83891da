use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::LitStr;

use crate::demand::Demand;

/// How many bytes one parameter of `Text` holds.
const WORD: usize = 16;

impl ToTokens for Demand {
    /// The demand as a type of `tower_pat::guard::demand`.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Scope(text) => packed(text),
            Self::All(parts) => listed(&quote!(All), parts),
            Self::Any(parts) => listed(&quote!(Any), parts),
        });
    }
}

/// The packing itself is `word`'s, so that there is one.
fn packed(text: &LitStr) -> TokenStream {
    let len = text.value().len();
    let words = (0..len.div_ceil(WORD)).map(Literal::usize_unsuffixed);
    let len = Literal::usize_unsuffixed(len);
    quote!(::tower_pat::guard::demand::Text<#len, #({ ::tower_pat::guard::demand::word(#text, #words) }),*>)
}

fn listed(name: &TokenStream, parts: &[Demand]) -> TokenStream {
    let list = parts.iter().rfold(quote!(()), |rest, part| quote!((#part, #rest)));
    quote!(::tower_pat::guard::demand::#name<#list>)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::Type;
    use syn::parse::Parser;

    use crate::demand::Demand;

    fn expand(argument: &str) -> Type {
        let demand = Demand::parse_argument.parse_str(argument).unwrap();
        syn::parse2(demand.into_token_stream()).unwrap()
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
        let expected: Type = syn::parse_quote! {
            ::tower_pat::guard::demand::Any<(
                ::tower_pat::guard::demand::Text<1, { ::tower_pat::guard::demand::word("a", 0) }>,
                (::tower_pat::guard::demand::All<(
                    ::tower_pat::guard::demand::Text<1, { ::tower_pat::guard::demand::word("b", 0) }>,
                    ()
                )>, ())
            )>
        };
        assert_eq!(
            expand(r#"any("a", all("b"))"#).to_token_stream().to_string(),
            expected.to_token_stream().to_string()
        );
    }
}
