use proc_macro2::{Ident, Span};
use syn::parse::{Parse, ParseStream, Result};
use syn::punctuated::Punctuated;
use syn::{Error, LitStr, Token, parenthesized, token};

use crate::scope;

/// What the attribute asks for.
pub(crate) enum Demand {
    Scope(LitStr),
    All(Vec<Demand>),
    Any(Vec<Demand>),
}

impl Demand {
    /// Reads the argument of the attribute: one demand, and perhaps a comma.
    pub(crate) fn parse_argument(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            let message = r#"say which scope: #[require_scope("invoices:read")]"#;
            return Err(Error::new(Span::call_site(), message));
        }
        let demand = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error(r#"one requirement is expected: say all("a", "b") or any("a", "b")"#));
        }
        Ok(demand)
    }
}

impl Parse for Demand {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            let text = input.parse()?;
            scope::check(&text)?;
            return Ok(Self::Scope(text));
        }
        let Ok(word) = input.parse::<Ident>() else {
            return Err(input.error(r#"a scope is a string: "invoices:read""#));
        };
        match word.to_string().as_str() {
            "all" => Ok(Self::All(parts(&word, input)?)),
            "any" => Ok(Self::Any(parts(&word, input)?)),
            _ => Err(unknown(&word)),
        }
    }
}

fn parts(word: &Ident, input: ParseStream<'_>) -> Result<Vec<Demand>> {
    if !input.peek(token::Paren) {
        return Err(Error::new(word.span(), format!(r#"a list is expected: {word}("a", "b")"#)));
    }
    let list;
    parenthesized!(list in input);
    let parts = Punctuated::<_, Token![,]>::parse_terminated(&list)?;
    if parts.is_empty() {
        let message = format!(r#"an empty {word}() is met by nobody: name its scopes, as in {word}("a", "b")"#);
        return Err(Error::new(word.span(), message));
    }
    Ok(parts.into_iter().collect())
}

fn unknown(word: &Ident) -> Error {
    let message = format!(r#"`{word}` is neither all(…) nor any(…), and a scope is a string: "invoices:read""#);
    Error::new(word.span(), message)
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::Demand;

    fn read(argument: &str) -> Result<String, String> {
        let demand = Demand::parse_argument.parse_str(argument);
        demand.map(|demand| show(&demand)).map_err(|error| error.to_string())
    }

    fn show(demand: &Demand) -> String {
        let (name, parts) = match demand {
            Demand::Scope(text) => return text.value(),
            Demand::All(parts) => ("all", parts),
            Demand::Any(parts) => ("any", parts),
        };
        let parts: Vec<_> = parts.iter().map(show).collect();
        format!("{name}({})", parts.join(" "))
    }

    #[test]
    fn requirements_are_read() {
        for (argument, demand) in [
            (r#""a""#, "a"),
            (r#""a","#, "a"),
            (r##"r#"a"#"##, "a"),
            (r#"all("a")"#, "all(a)"),
            (r#"all("a", "b",)"#, "all(a b)"),
            (r#"any("a", all("b", any("c", "d")), "e")"#, "any(a all(b any(c d)) e)"),
        ] {
            assert_eq!(read(argument).as_deref(), Ok(demand));
        }
    }

    #[test]
    fn other_arguments_are_refused_with_a_hint() {
        for (argument, hint) in [
            ("", "say which scope"),
            (r#""a", "b""#, "say all("),
            (r#""a" "b""#, "say all("),
            (r#"all("a"), "b""#, "say all("),
            ("all()", "an empty all()"),
            (r#"any("a", all())"#, "an empty all()"),
            ("any", r#"any("a", "b")"#),
            (r#"all["a"]"#, r#"all("a", "b")"#),
            (r#"none("a")"#, "`none` is neither"),
            ("READ", "`READ` is neither"),
            ("7", "a scope is a string"),
            (r#"b"a""#, "a scope is a string"),
            (r#"all("a" "b")"#, "expected `,`"),
        ] {
            let error = read(argument).unwrap_err();
            assert!(error.contains(hint), "{argument}: {error}");
        }
    }
}
