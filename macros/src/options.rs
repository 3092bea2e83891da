use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Result};
use syn::{Error, Ident, LitStr, Path, Token};

use crate::template;

/// What is said by name, after the requirement.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) resource: Option<Resource>,
    pub(crate) conceal: bool,
    pub(crate) catalog: Option<Path>,
    pub(crate) krate: Option<Path>,
}

/// What the scopes are used on.
pub(crate) enum Resource {
    On(LitStr),
    Among(LitStr),
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            if input.parse::<Token![,]>().is_err() {
                return Err(no_comma(input));
            }
            if !input.is_empty() {
                options.read(input)?;
            }
        }
        Ok(options)
    }
}

impl Options {
    fn read(&mut self, input: ParseStream<'_>) -> Result<()> {
        let ahead = input.fork();
        let Ok(word) = ahead.call(Ident::parse_any) else {
            return Err(second_requirement(input));
        };
        if word == "all" || word == "any" || ahead.peek(Token![::]) {
            return Err(second_requirement(input));
        }
        input.call(Ident::parse_any)?;
        match word.to_string().as_str() {
            "on" => self.read_on(&word, input),
            "among" => self.read_among(&word, input),
            "conceal" => self.read_conceal(&word, input),
            "catalog" => read_path(&mut self.catalog, &word, input, "catalog = Api"),
            "crate" => read_path(&mut self.krate, &word, input, "crate = path::to::tower_pat"),
            _ => Err(unknown(&word)),
        }
    }

    fn read_on(&mut self, word: &Ident, input: ParseStream<'_>) -> Result<()> {
        let template = read_text(word, input, r#"on = "repo:{owner}/{name}""#)?;
        template::check(&template)?;
        self.set_resource(word, Resource::On(template))
    }

    fn read_among(&mut self, word: &Ident, input: ParseStream<'_>) -> Result<()> {
        let kind = read_text(word, input, r#"among = "repo""#)?;
        template::check_kind(&kind)?;
        self.set_resource(word, Resource::Among(kind))
    }

    fn set_resource(&mut self, word: &Ident, resource: Resource) -> Result<()> {
        match (&self.resource, &resource) {
            (None, _) => {}
            (Some(Resource::On(_)), Resource::On(_)) | (Some(Resource::Among(_)), Resource::Among(_)) => {
                return Err(twice(word));
            }
            _ => {
                let message = "`on` is for one resource, `among` for a list of them: a route has one of the two";
                return Err(Error::new(word.span(), message));
            }
        }
        self.resource = Some(resource);
        Ok(())
    }

    fn read_conceal(&mut self, word: &Ident, input: ParseStream<'_>) -> Result<()> {
        if self.conceal {
            return Err(twice(word));
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("`conceal` stands alone: it is said, or left out"));
        }
        self.conceal = true;
        Ok(())
    }
}

fn read_text(word: &Ident, input: ParseStream<'_>, hint: &str) -> Result<LitStr> {
    read_sign(word, input, hint)?;
    input.parse().map_err(|_| input.error(format!("a string is expected: {hint}")))
}

fn read_path(slot: &mut Option<Path>, word: &Ident, input: ParseStream<'_>, hint: &str) -> Result<()> {
    read_sign(word, input, hint)?;
    let path = input.call(Path::parse_mod_style);
    let path = path.map_err(|_| input.error(format!("a path is expected: {hint}")))?;
    match slot.replace(path) {
        Some(_) => Err(twice(word)),
        None => Ok(()),
    }
}

fn read_sign(word: &Ident, input: ParseStream<'_>, hint: &str) -> Result<()> {
    let sign = input.parse::<Token![=]>();
    sign.map(drop).map_err(|_| Error::new(word.span(), format!("`{word}` wants a value: {hint}")))
}

fn no_comma(input: ParseStream<'_>) -> Error {
    match input.fork().call(Ident::parse_any) {
        Ok(word) if word != "all" && word != "any" => input.error(format!("a comma is missing before `{word}`")),
        _ => second_requirement(input),
    }
}

fn second_requirement(input: ParseStream<'_>) -> Error {
    input.error(r#"one requirement is expected: say all("a", "b") or any("a", "b")"#)
}

fn twice(word: &Ident) -> Error {
    Error::new(word.span(), format!("`{word}` is said once"))
}

fn unknown(word: &Ident) -> Error {
    let message = format!("`{word}` is unknown here: after the requirement come on, among, conceal, catalog and crate");
    Error::new(word.span(), message)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::Path;

    use super::{Options, Resource};

    fn read(text: &str) -> Result<String, String> {
        let options: Options = syn::parse_str(text).map_err(|error| error.to_string())?;
        let resource = options.resource.map(|resource| match resource {
            Resource::On(template) => format!("on {}", template.value()),
            Resource::Among(kind) => format!("among {}", kind.value()),
        });
        let conceal = options.conceal.then(|| "conceal".to_owned());
        let path = |name, path: Option<Path>| {
            path.map(|path| format!("{name} {}", path.to_token_stream().to_string().replace(' ', "")))
        };
        let all = [resource, conceal, path("catalog", options.catalog), path("crate", options.krate)];
        Ok(all.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn options_are_read_in_any_order() {
        for (text, expected) in [
            ("", ""),
            (",", ""),
            (r#", on = "repo:{owner}""#, "on repo:{owner}"),
            (r#", among = "repo", conceal,"#, "among repo, conceal"),
            (
                r#", crate = ::pats, conceal, on = "a:b", catalog = crate::Api"#,
                "on a:b, conceal, catalog crate::Api, crate ::pats",
            ),
            (", catalog = Self, crate = crate::deps::pats", "catalog Self, crate crate::deps::pats"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn other_options_are_refused_with_a_hint() {
        for (text, hint) in [
            (r#""b""#, "say all("),
            (r#", "b""#, "say all("),
            (r#", all("b")"#, "say all("),
            (", Api::Read", "say all("),
            (", 7", "say all("),
            (", hidden", "`hidden` is unknown here"),
            (r#", ON = "repo:{owner}""#, "`ON` is unknown here"),
            (", on", r#"`on` wants a value: on = "repo:{owner}/{name}""#),
            (", on = repo", "a string is expected: on ="),
            (r#", on("repo:{owner}")"#, "`on` wants a value"),
            (", among = 7", r#"a string is expected: among = "repo""#),
            (", catalog", "`catalog` wants a value: catalog = Api"),
            (r#", catalog = "Api""#, "a path is expected: catalog = Api"),
            (", crate = 7", "a path is expected: crate = path::to::tower_pat"),
            (", conceal = true", "`conceal` stands alone"),
            (", conceal(true)", "`conceal` stands alone"),
            (", conceal, conceal", "`conceal` is said once"),
            (r#", on = "a:b", on = "a:b""#, "`on` is said once"),
            (r#", among = "a", among = "a""#, "`among` is said once"),
            (r#", on = "a:b", among = "a""#, "one of the two"),
            (r#", among = "a", on = "a:b""#, "one of the two"),
            (", catalog = Api, catalog = Api", "`catalog` is said once"),
            (", crate = pats, crate = pats", "`crate` is said once"),
            (", conceal catalog = Api", "`conceal` stands alone"),
            (r#", on = "a:b" conceal"#, "a comma is missing before `conceal`"),
            (" crate = pats", "a comma is missing before `crate`"),
            (r#" all("b")"#, "say all("),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(hint), "{text}: {error}");
        }
    }
}
