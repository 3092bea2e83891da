use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Result};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Ident, LitStr, Meta, Path, Token, Variant, bracketed, token};

use crate::scope;

/// `#[scope("repo:write", implies = "repo:read")]`.
pub(crate) struct ScopeAttribute {
    pub(crate) text: LitStr,
    pub(crate) implies: Vec<Implied>,
}

/// A scope that another implies: its text, or its variant.
pub(crate) enum Implied {
    Text(LitStr),
    Variant(Path),
}

impl ScopeAttribute {
    /// The one above a variant.
    pub(crate) fn of(variant: &Variant) -> Result<Self> {
        let mut attributes = variant.attrs.iter().filter(|attribute| attribute.path().is_ident("scope"));
        let Some(attribute) = attributes.next() else {
            let message = format!(r#"say which scope `{}` is: #[scope("invoices:read")]"#, variant.ident);
            return Err(Error::new(variant.ident.span(), message));
        };
        if let Some(second) = attributes.next() {
            return Err(Error::new_spanned(second, "a variant is one scope: it has one #[scope]"));
        }
        read(attribute)
    }
}

fn read(attribute: &Attribute) -> Result<ScopeAttribute> {
    match attribute.meta {
        Meta::List(_) => attribute.parse_args(),
        _ => Err(Error::new_spanned(attribute, r#"say which scope: #[scope("invoices:read")]"#)),
    }
}

impl Parse for ScopeAttribute {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let Ok(text) = input.parse() else {
            return Err(input.error(r#"a scope is a string: #[scope("invoices:read")]"#));
        };
        scope::check(&text, "a variant is one scope")?;
        let mut implies = None;
        while !input.is_empty() {
            if input.parse::<Token![,]>().is_err() {
                return Err(input.error(
                    r#"after the scope comes `implies`: #[scope("invoices:write", implies = "invoices:read")]"#,
                ));
            }
            if !input.is_empty() {
                parse_argument(input, &mut implies)?;
            }
        }
        Ok(Self { text, implies: implies.unwrap_or_default() })
    }
}

fn parse_argument(input: ParseStream<'_>, implies: &mut Option<Vec<Implied>>) -> Result<()> {
    let Ok(word) = input.call(Ident::parse_any) else {
        return Err(input.error(r#"a variant is one scope; what it includes is said by implies = ["invoices:read"]"#));
    };
    if word != "implies" {
        let message = format!(r#"`{word}` is unknown here: there is implies = "invoices:read""#);
        return Err(Error::new(word.span(), message));
    }
    if implies.is_some() {
        return Err(Error::new(word.span(), r#"`implies` is said once: implies = ["a", "b"]"#));
    }
    if input.parse::<Token![=]>().is_err() {
        return Err(Error::new(word.span(), r#"say what it implies: implies = "a", or implies = ["a", "b"]"#));
    }
    *implies = Some(parse_implied(input)?);
    Ok(())
}

fn parse_implied(input: ParseStream<'_>) -> Result<Vec<Implied>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![input.parse()?]);
    }
    let list;
    bracketed!(list in input);
    let list = Punctuated::<_, Token![,]>::parse_terminated(&list)?;
    Ok(list.into_iter().collect())
}

impl Parse for Implied {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            let text = input.parse()?;
            scope::check(&text, r#"for two scopes say implies = ["a", "b"]"#)?;
            return Ok(Self::Text(text));
        }
        let Ok(path) = input.call(Path::parse_mod_style) else {
            return Err(input.error(r#"an implied scope is a string or a variant: "invoices:read" or Read"#));
        };
        Ok(Self::Variant(path))
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{Variant, parse_str};

    use super::{Implied, ScopeAttribute};

    fn read(variant: &str) -> Result<String, String> {
        let variant: Variant = parse_str(variant).unwrap();
        let attribute = ScopeAttribute::of(&variant).map_err(|error| error.to_string())?;
        let implies = attribute.implies.iter().map(|implied| match implied {
            Implied::Text(text) => text.value(),
            Implied::Variant(path) => path.to_token_stream().to_string().replace(' ', ""),
        });
        Ok(std::iter::once(attribute.text.value()).chain(implies).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn attributes_are_read() {
        for (variant, expected) in [
            (r#"#[scope("a")] A"#, "a"),
            (r#"#[other] #[scope("a",)] A"#, "a"),
            (r#"#[scope("a", implies = "b")] A"#, "a b"),
            (r#"#[scope("a", implies = ["b", C, Self::D,],)] A"#, "a b C Self::D"),
            (r#"#[scope("a", implies = [])] A"#, "a"),
            (r#"#[scope("a", implies = r#B)] A"#, "a r#B"),
        ] {
            assert_eq!(read(variant).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn other_attributes_are_refused_with_a_hint() {
        for (variant, hint) in [
            ("A", "say which scope `A` is"),
            ("#[scope] A", "say which scope"),
            (r#"#[scope = "a"] A"#, "say which scope"),
            ("#[scope()] A", "a scope is a string"),
            ("#[scope(a)] A", "a scope is a string"),
            (r#"#[scope("a b")] A"#, "no space: a variant is one scope"),
            (r#"#[scope("a", implies = "b c")] A"#, r#"no space: for two scopes say implies = ["a", "b"]"#),
            (r#"#[scope("a")] #[scope("b")] A"#, "has one #[scope]"),
            (r#"#[scope("a" implies = "b")] A"#, "after the scope"),
            (r#"#[scope("a", "b")] A"#, "a variant is one scope"),
            (r#"#[scope("a", includes = "b")] A"#, "`includes` is unknown"),
            (r#"#[scope("a", implies = "b", implies = "c")] A"#, "said once"),
            (r#"#[scope("a", implies)] A"#, "say what it implies"),
            (r#"#[scope("a", implies("b"))] A"#, "say what it implies"),
            (r#"#[scope("a", implies = 7)] A"#, "a string or a variant"),
            (r#"#[scope("a", implies = "")] A"#, "at least one"),
            (r#"#[scope("a", implies = ["b" "c"])] A"#, "expected `,`"),
        ] {
            let error = read(variant).unwrap_err();
            assert!(error.contains(hint), "{variant}: {error}");
        }
    }
}
