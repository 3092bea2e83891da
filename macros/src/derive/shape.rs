use proc_macro2::Span;
use syn::parse::{ParseStream, Result};
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Path, Token, Variant};

use crate::faults::Faults;
use crate::krate;

/// The variants of an enum that has nothing but variants.
pub(crate) fn variants(input: &DeriveInput) -> Result<&DataEnum> {
    let Data::Enum(data) = &input.data else {
        let message = "#[derive(Scopes)] makes a catalogue out of an enum, with a variant for each scope";
        return Err(Error::new(keyword(&input.data), message));
    };
    if !input.generics.params.is_empty() || input.generics.where_clause.is_some() {
        let message = "a catalogue is one type: leave the generics of the enum out";
        return Err(Error::new_spanned(&input.generics, message));
    }
    if data.variants.is_empty() {
        let message = r#"a catalogue has at least one scope: #[scope("invoices:read")] ReadInvoices"#;
        return Err(Error::new(input.ident.span(), message));
    }
    let mut faults = Faults::default();
    data.variants.iter().filter_map(fields).for_each(|fault| faults.add(fault));
    faults.into_result().map(|()| data)
}

fn keyword(data: &Data) -> Span {
    match data {
        Data::Struct(data) => data.struct_token.span,
        Data::Enum(data) => data.enum_token.span,
        Data::Union(data) => data.union_token.span,
    }
}

fn fields(variant: &Variant) -> Option<Error> {
    let message = || format!("a scope has no fields: write `{}` alone", variant.ident);
    (!matches!(variant.fields, Fields::Unit)).then(|| Error::new_spanned(&variant.fields, message()))
}

/// The path of `#[scopes(crate = path)]`, or the usual one.
pub(crate) fn crate_of(input: &DeriveInput) -> Result<Path> {
    let mut attributes = input.attrs.iter().filter(|attribute| attribute.path().is_ident("scopes"));
    let Some(attribute) = attributes.next() else {
        return Ok(krate::usual());
    };
    if let Some(second) = attributes.next() {
        return Err(Error::new_spanned(second, "an enum has one #[scopes]"));
    }
    let path = attribute.parse_args_with(path_of_crate);
    path.map_err(|error| {
        Error::new(error.span(), "here stands where the crate is: #[scopes(crate = path::to::tower_pat)]")
    })
}

fn path_of_crate(input: ParseStream<'_>) -> Result<Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let path = input.call(Path::parse_mod_style)?;
    input.parse::<Option<Token![,]>>()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{DeriveInput, parse_str};

    use super::{crate_of, variants};

    #[test]
    fn other_items_are_refused_with_a_hint() {
        for (item, hint) in [
            ("struct Api;", "out of an enum"),
            ("union Api { a: u8 }", "out of an enum"),
            ("enum Api<T> { Read(T) }", "generics"),
            ("enum Api<'a> { Read }", "generics"),
            ("enum Api where u8: Copy { Read }", "generics"),
            ("enum Api {}", "at least one scope"),
            ("enum Api { Read() }", "no fields: write `Read` alone"),
            ("enum Api { Read, Write { all: bool } }", "no fields: write `Write` alone"),
        ] {
            let error = variants(&parse_str(item).unwrap()).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(hint), "{item}: {error}");
        }
    }

    #[test]
    fn crate_is_where_the_enum_says() {
        for (attribute, expected) in [
            ("", ":: tower_pat"),
            ("#[scopes(crate = pats)]", "pats"),
            ("#[scopes(crate = crate::deps::pats,)]", "crate :: deps :: pats"),
        ] {
            let item: DeriveInput = parse_str(&format!("{attribute} enum Api {{ Read }}")).unwrap();
            assert_eq!(crate_of(&item).unwrap().to_token_stream().to_string(), expected);
        }
    }

    #[test]
    fn other_attributes_of_the_enum_are_refused_with_a_hint() {
        for attribute in [
            "#[scopes]",
            "#[scopes()]",
            "#[scopes = \"pats\"]",
            "#[scopes(crate)]",
            "#[scopes(crate = \"pats\")]",
            "#[scopes(crate = pats, more)]",
            "#[scopes(krate = pats)]",
        ] {
            let item: DeriveInput = parse_str(&format!("{attribute} enum Api {{ Read }}")).unwrap();
            let error = crate_of(&item).err().unwrap().to_string();
            assert!(error.contains("crate = path::to::tower_pat"), "{attribute}: {error}");
        }
        let item: DeriveInput = parse_str("#[scopes(crate = a)] #[scopes(crate = b)] enum Api { Read }").unwrap();
        assert!(crate_of(&item).err().unwrap().to_string().contains("one #[scopes]"));
    }
}
