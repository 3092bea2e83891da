use syn::parse::Result;
use syn::{Attribute, Error, Expr, ExprLit, Lit, Meta};

/// The doc comment as people read it: a paragraph is one line, and an empty line is between two.
pub(crate) fn read(attributes: &[Attribute]) -> Result<String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(doc) = &attribute.meta {
            lines.extend(text_lines(&text(&doc.value)?));
        }
    }
    Ok(join(&lines))
}

fn text(value: &Expr) -> Result<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.value()),
        Expr::Group(group) => text(&group.expr),
        other => Err(Error::new_spanned(other, "a description is written out: /// Reads invoices.")),
    }
}

/// A block comment is one text of several lines, which may begin with a `*` each.
fn text_lines(text: &str) -> Vec<String> {
    let lines = || text.split('\n').map(str::trim);
    let starred = lines().count() > 1 && lines().skip(1).all(|line| line.is_empty() || line.starts_with('*'));
    let lines = lines().map(|line| if starred { line.strip_prefix('*').unwrap_or(line).trim() } else { line });
    lines.map(str::to_owned).collect()
}

fn join(lines: &[String]) -> String {
    let paragraphs = lines.split(String::is_empty).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| paragraph.join(" ")).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use syn::{Variant, parse_str};

    fn description(comment: &str) -> String {
        let variant: Variant = parse_str(&format!("{comment} Read")).unwrap();
        super::read(&variant.attrs).unwrap()
    }

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        for (comment, expected) in [
            ("", ""),
            ("/// Reads invoices.\n", "Reads invoices."),
            ("///Reads invoices,  \n///   and their lines.\n", "Reads invoices, and their lines."),
            ("///\n/// Reads.\n///\n///\n/// Slowly.\n///\n", "Reads.\n\nSlowly."),
            ("/** Reads invoices. */", "Reads invoices."),
            ("/** Reads\n * invoices.\n *\n * Slowly.\n */", "Reads invoices.\n\nSlowly."),
            ("/** Reads\n\n   invoices. */", "Reads\n\ninvoices."),
            ("#[doc = \"Reads.\"] #[doc(hidden)]", "Reads."),
            ("/// Says \"read\" \\ café.\n", "Says \"read\" \\ café."),
        ] {
            assert_eq!(description(comment), expected, "{comment}");
        }
    }

    #[test]
    fn text_of_another_macro_is_refused() {
        let variant: Variant = parse_str("#[doc = include_str!(\"read.md\")] Read").unwrap();
        assert!(super::read(&variant.attrs).unwrap_err().to_string().contains("written out"));
    }
}
