use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser, Result};
use syn::{Path, Token, parse_quote};

/// Where the crate is, unless `crate = path` says so.
pub(crate) fn usual() -> Path {
    parse_quote!(::tower_pat)
}

/// The path of `crate = path` in arguments that may be wrong elsewhere, so that what is left of them names no other
/// crate.
pub(crate) fn named_in(arguments: TokenStream) -> Path {
    let found = search.parse2(arguments);
    found.ok().flatten().unwrap_or_else(usual)
}

fn search(input: ParseStream<'_>) -> Result<Option<Path>> {
    let mut found = None;
    while !input.is_empty() {
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            found = input.fork().call(Path::parse_mod_style).ok();
        } else {
            input.parse::<TokenTree>()?;
        }
    }
    Ok(found)
}

/// The same as if it stood where a word of the host does, for errors that point there. Names mean what they did.
pub(crate) fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let placed = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), at(span, group.stream())));
        }
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(placed).collect()
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};

    use super::named_in;

    fn named(arguments: proc_macro2::TokenStream) -> String {
        named_in(arguments).to_token_stream().to_string()
    }

    #[test]
    fn crate_is_found_among_other_arguments() {
        assert_eq!(named(quote!("a b", on = 7, crate = crate::deps::pats, conceal)), "crate :: deps :: pats");
        assert_eq!(named(quote!(crate = pats)), "pats");
    }

    #[test]
    fn crate_has_its_usual_name_where_none_is_said() {
        for arguments in [quote!(), quote!("a", on = "b"), quote!(crate), quote!(crate = 7), quote!(crate::Api::Read)] {
            assert_eq!(named(arguments), ":: tower_pat");
        }
    }
}
