use syn::parse::{Parse, ParseStream, Result};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitStr, Path, Token, parenthesized, token};

use crate::scope;

/// What is asked for.
pub(crate) enum Demand {
    Scope(LitStr),
    Variant(Path),
    All(Vec<Demand>),
    Any(Vec<Demand>),
}

impl Parse for Demand {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            let text = input.parse()?;
            scope::check(&text, r#"for two scopes say all("a", "b") or any("a", "b")"#)?;
            return Ok(Self::Scope(text));
        }
        let Ok(path) = input.call(Path::parse_mod_style) else {
            return Err(input
                .error(r#"a scope is a string, or a variant of a catalogue: "invoices:read" or Api::ReadInvoices"#));
        };
        let Some(word) = path.get_ident() else {
            return variant(path, input);
        };
        match word.to_string().as_str() {
            "all" => Ok(Self::All(parts(word, input)?)),
            "any" => Ok(Self::Any(parts(word, input)?)),
            "on" | "among" | "conceal" | "catalog" | "crate" => Err(too_early(word)),
            _ => Err(unknown(word)),
        }
    }
}

fn variant(path: Path, input: ParseStream<'_>) -> Result<Demand> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Demand::Variant(path));
    }
    Err(input.error("a variant stands alone: Api::ReadInvoices"))
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

fn too_early(word: &Ident) -> Error {
    let message = format!("the requirement comes first, as in (\"invoices:read\", {word} …)");
    Error::new(word.span(), message)
}

fn unknown(word: &Ident) -> Error {
    let message = format!(
        "`{word}` is neither all(…) nor any(…): a scope is a string, or a variant of a catalogue such as `Api::Write`"
    );
    Error::new(word.span(), message)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::Demand;

    fn read(argument: &str) -> Result<String, String> {
        let demand: Result<Demand, _> = syn::parse_str(argument);
        demand.map(|demand| show(&demand)).map_err(|error| error.to_string())
    }

    fn show(demand: &Demand) -> String {
        let (name, parts) = match demand {
            Demand::Scope(text) => return text.value(),
            Demand::Variant(path) => return path.to_token_stream().to_string().replace(' ', ""),
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
            (r##"r#"a"#"##, "a"),
            ("Api::Read", "Api::Read"),
            ("::api::Api::r#Read", "::api::Api::r#Read"),
            ("crate::Api::Read", "crate::Api::Read"),
            ("Self::Read", "Self::Read"),
            ("super::all::any", "super::all::any"),
            ("all::any", "all::any"),
            (r#"all("a")"#, "all(a)"),
            (r#"all("a", Api::Read,)"#, "all(a Api::Read)"),
            (r#"any("a", all(Api::Read, any("c", "d")), "e")"#, "any(a all(Api::Read any(c d)) e)"),
        ] {
            assert_eq!(read(argument).as_deref(), Ok(demand));
        }
    }

    #[test]
    fn other_requirements_are_refused_with_a_hint() {
        for (argument, hint) in [
            ("all()", "an empty all()"),
            (r#"any("a", all())"#, "an empty all()"),
            ("any", r#"any("a", "b")"#),
            (r#"all["a"]"#, r#"all("a", "b")"#),
            (r#"none("a")"#, "`none` is neither"),
            ("READ", "such as `Api::Write`"),
            ("Self", "`Self` is neither"),
            ("self", "`self` is neither"),
            ("7", "a scope is a string"),
            (r#"b"a""#, "a scope is a string"),
            ("Api::", "a scope is a string"),
            ("<Api>::Read", "a scope is a string"),
            (r#"Api::all("a")"#, "a variant stands alone"),
            ("Api::Read | Api::Write", "a variant stands alone"),
            ("Api::<u8>::Read", "a scope is a string"),
            (r#"all("a" "b")"#, "expected `,`"),
            (r#"on = "repo:{owner}""#, "the requirement comes first"),
            ("conceal", "the requirement comes first"),
            ("crate = pats", "the requirement comes first"),
        ] {
            let error = read(argument).unwrap_err();
            assert!(error.contains(hint), "{argument}: {error}");
        }
    }
}
