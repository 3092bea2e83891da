//! What the macros take for a scope, a template or a kind is what the crate takes for one.

#[path = "../../macros/src/scope.rs"]
mod scope;
#[path = "../../macros/src/template.rs"]
mod template;

use proc_macro2::Span;
use proptest::prelude::{any, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy;
use syn::LitStr;
use tower_pat::resource::{ResourceKind, ResourceTemplate};
use tower_pat::scope::Scope;

fn literal(text: &str) -> LitStr {
    LitStr::new(text, Span::call_site())
}

/// Mostly templates, with one thing or another that is wrong.
fn near_a_template() -> impl Strategy<Value = String> {
    let right = || prop::sample::select(vec!["{a}", "{b_1}", "{c}", "{_}", "acme", "a:b", "...", "%2F"]);
    let wrong =
        vec!["", ".", "..", "*", "{", "}", "{}", "{1}", "{*a}", "{a-b}", "{{a}}", " ", "\"", "\\", "é", "\u{7f}"];
    let segment = prop_oneof![
        20 => right().prop_map(str::to_owned),
        2 => prop::sample::select(wrong).prop_map(str::to_owned),
        1 => (right(), right()).prop_map(|(one, other)| format!("{one}{other}")),
    ];
    let kind = prop_oneof![9 => "[a-z][a-z0-9_-]{0,3}", 1 => ".{0,3}"];
    let segments =
        prop_oneof![9 => prop::collection::vec(segment.clone(), 1..4), 1 => prop::collection::vec(segment, 0..20)];
    (kind, segments).prop_map(|(kind, segments)| format!("{kind}:{}", segments.join("/")))
}

proptest! {
    #[test]
    fn templates_are_those_of_the_crate(text in near_a_template()) {
        prop_assert_eq!(template::check(&literal(&text)).is_ok(), ResourceTemplate::parse(&text).is_ok(), "{}", text);
    }

    #[test]
    fn long_templates_are_those_of_the_crate(len in 100_usize..140, slashes in 0_usize..20) {
        let text = format!("repo:{}{}", "a/".repeat(slashes), "a".repeat(len - 2 * slashes));
        prop_assert_eq!(template::check(&literal(&text)).is_ok(), ResourceTemplate::parse(&text).is_ok(), "{}", text);
    }

    #[test]
    fn kinds_are_those_of_the_crate(text in prop_oneof!["[a-zA-Z0-9_:é-]{0,4}", "[a-z]{62,66}"]) {
        prop_assert_eq!(template::check_kind(&literal(&text)).is_ok(), ResourceKind::parse(&text).is_ok(), "{}", text);
    }

    #[test]
    fn scopes_are_those_of_the_crate(text in prop_oneof!["[!-~]{0,6}", "[a-z]{126,130}"], character in any::<char>()) {
        for text in [format!("{text}{character}"), text] {
            prop_assert_eq!(scope::check(&literal(&text), "").is_ok(), Scope::parse(&text).is_ok(), "{}", text);
        }
    }
}
