use std::fmt::Write;

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::scope::ScopeCatalog;

/// The name of the scheme.
pub(super) const PAT: &str = "pat";

pub(super) fn add_scheme(document: &mut OpenApi, catalog: Option<&ScopeCatalog>) {
    let description = describe(catalog);
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(PAT, SecurityScheme::Http(scheme));
}

/// In Markdown, a line a scope.
fn describe(catalog: Option<&ScopeCatalog>) -> String {
    let mut text = "A personal access token.".to_owned();
    for (position, entry) in catalog.into_iter().flat_map(ScopeCatalog::iter).enumerate() {
        text.push_str(if position == 0 { " Its scopes:\n\n" } else { "\n" });
        write!(text, "- `{}`", entry.scope()).expect("a string can be written to");
        let description: Vec<_> = entry.description().split_whitespace().collect();
        if !description.is_empty() {
            write!(text, ": {}", description.join(" ")).expect("a string can be written to");
        }
        let implied: Vec<_> = entry.implies().iter().map(|scope| format!("`{scope}`")).collect();
        if !implied.is_empty() {
            write!(text, " (includes {})", implied.join(", ")).expect("a string can be written to");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::describe;
    use crate::scope::{DeclaredScope, ScopeCatalog};

    #[test]
    fn description_has_a_line_for_each_scope() {
        let catalog = ScopeCatalog::declared(&[
            DeclaredScope::new(0, "read", "See\n\nthings", &[]),
            DeclaredScope::new(1, "write", "", &["read"]),
        ]);
        let text = describe(Some(&catalog.unwrap()));
        assert_eq!(text, "A personal access token. Its scopes:\n\n- `read`: See things\n- `write` (includes `read`)");
        assert_eq!(describe(None), "A personal access token.");
    }
}
