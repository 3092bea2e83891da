use std::collections::HashMap;

use syn::ext::IdentExt;
use syn::parse::Result;
use syn::{DeriveInput, Error, Ident, LitStr, Path, Variant};

use super::attribute::{Implied, ScopeAttribute};
use super::{circle, description, shape};
use crate::faults::Faults;
use crate::krate;

/// What an enum declares.
pub(crate) struct Catalogue {
    pub(super) name: Ident,
    pub(super) krate: Path,
    pub(super) entries: Vec<Entry>,
}

/// One variant, and where those stand that it implies.
pub(super) struct Entry {
    pub(super) variant: Ident,
    pub(super) text: LitStr,
    pub(super) description: String,
    pub(super) implies: Vec<usize>,
}

impl Catalogue {
    /// Reads an enum. One whose scopes are wrong is read all the same, as far as it goes, so that what uses it brings
    /// no further errors.
    pub(crate) fn read(input: &DeriveInput, faults: &mut Faults) -> Option<Self> {
        let krate = faults.keep(shape::crate_of(input));
        let data = faults.keep(shape::variants(input))?;
        let declared = data.variants.iter().map(|variant| (variant, faults.keep(Declared::read(variant))));
        let declared: Vec<_> = declared.collect();
        let entries = declared.iter().map(|(variant, declared)| entry(variant, declared.as_ref())).collect();
        let name = input.ident.clone();
        let mut catalogue = Self { name, krate: krate.unwrap_or_else(krate::usual), entries };
        if faults.is_empty() {
            let implied = declared.into_iter().filter_map(|(_, declared)| declared.map(|declared| declared.implies));
            catalogue.imply(&implied.collect::<Vec<_>>(), faults);
        }
        Some(catalogue)
    }

    fn imply(&mut self, implied: &[Vec<Implied>], faults: &mut Faults) {
        let texts = faults.keep(self.texts());
        let places = implied.iter().map(|implied| self.places(implied, texts.as_ref(), faults)).collect::<Vec<_>>();
        if !faults.is_empty() {
            return;
        }
        match circle::find(&places) {
            Some(circle) => faults.add(self.circle(&circle, &places, implied)),
            None => self.entries.iter_mut().zip(places).for_each(|(entry, places)| entry.implies = places),
        }
    }

    /// Where each scope stands.
    fn texts(&self) -> Result<HashMap<String, usize>> {
        let mut texts = HashMap::new();
        let mut faults = Faults::default();
        for (place, entry) in self.entries.iter().enumerate() {
            let first = *texts.entry(entry.text.value()).or_insert(place);
            if first < place {
                let first = &self.entries[first].variant;
                let message = format!("`{first}` is this scope already: a variant has a scope of its own");
                faults.add(Error::new(entry.text.span(), message));
            }
        }
        faults.into_result().map(|()| texts)
    }

    /// Where those stand that one scope implies.
    fn places(&self, implied: &[Implied], texts: Option<&HashMap<String, usize>>, faults: &mut Faults) -> Vec<usize> {
        let places = implied.iter().filter_map(|implied| match implied {
            Implied::Text(text) => faults.keep(place_of(text, texts?)),
            Implied::Variant(path) => faults.keep(self.place_of_variant(path)),
        });
        places.collect()
    }

    fn place_of_variant(&self, path: &Path) -> Result<usize> {
        let place = self.variant(path).and_then(|variant| {
            let mut variants = self.entries.iter().map(|entry| entry.variant.unraw());
            variants.position(|other| other == variant)
        });
        place.ok_or_else(|| {
            let message = format!("this is no variant of `{}`: a catalogue implies what it declares", self.name);
            Error::new_spanned(path, message)
        })
    }

    /// `Read`, `Self::Read` or, in the enum `Api`, `Api::Read`.
    fn variant(&self, path: &Path) -> Option<Ident> {
        let mut names = path.segments.iter().map(|segment| segment.ident.unraw()).rev();
        let variant = names.next()?;
        let ours = names.all(|owner| owner == "Self" || owner == self.name.unraw());
        (ours && path.segments.len() <= 2 && path.leading_colon.is_none()).then_some(variant)
    }

    fn circle(&self, circle: &[usize], places: &[Vec<usize>], implied: &[Vec<Implied>]) -> Error {
        let first = circle[0];
        let next = circle.get(1).copied().unwrap_or(first);
        let at = places[first].iter().position(|&place| place == next).unwrap_or(0);
        let message = self.say_circle(circle);
        match &implied[first][at] {
            Implied::Text(text) => Error::new(text.span(), message),
            Implied::Variant(path) => Error::new_spanned(path, message),
        }
    }

    fn say_circle(&self, circle: &[usize]) -> String {
        let text = |place: usize| self.entries[place].text.value();
        let first = text(circle[0]);
        if circle.len() == 1 {
            return format!("`{first}` implies itself: leave that out");
        }
        let others = circle[1..].iter().map(|&place| format!("`{}`, which implies ", text(place)));
        format!("a circle: `{first}` implies {}`{first}`; leave one of these out", others.collect::<String>())
    }
}

/// What is said above one variant.
struct Declared {
    text: LitStr,
    implies: Vec<Implied>,
    description: String,
}

impl Declared {
    fn read(variant: &Variant) -> Result<Self> {
        let ScopeAttribute { text, implies } = ScopeAttribute::of(variant)?;
        let description = description::read(&variant.attrs)?;
        Ok(Self { text, implies, description })
    }
}

fn entry(variant: &Variant, declared: Option<&Declared>) -> Entry {
    let variant = variant.ident.clone();
    let text = declared.map_or_else(|| LitStr::new("unknown", variant.span()), |declared| declared.text.clone());
    let description = declared.map_or_else(String::new, |declared| declared.description.clone());
    Entry { variant, text, description, implies: Vec::new() }
}

fn place_of(text: &LitStr, texts: &HashMap<String, usize>) -> Result<usize> {
    texts.get(&text.value()).copied().ok_or_else(|| {
        let message = "the catalogue declares no such scope: give it a variant of its own";
        Error::new(text.span(), message)
    })
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::{Catalogue, Faults};

    fn read(variants: &str) -> (Catalogue, Vec<String>) {
        let mut faults = Faults::default();
        let input = parse_str(&format!("enum Api {{ {variants} }}")).unwrap();
        let catalogue = Catalogue::read(&input, &mut faults).unwrap();
        let errors = faults.into_result().err().into_iter().flatten().map(|error| error.to_string());
        (catalogue, errors.collect())
    }

    #[test]
    fn implied_scopes_are_found_by_text_and_by_variant() {
        let (catalogue, errors) = read(
            r#"#[scope("a")] A, #[scope("b", implies = "a")] r#B, #[scope("c", implies = [A, Self::B, Api::D, "d"])] C,
            #[scope("d")] D"#,
        );
        assert_eq!(errors, Vec::<String>::new());
        let implies: Vec<_> = catalogue.entries.iter().map(|entry| entry.implies.clone()).collect();
        assert_eq!(implies, [vec![], vec![0], vec![0, 1, 3, 3], vec![]]);
    }

    #[test]
    fn wrong_catalogues_are_refused_with_a_hint() {
        for (variants, hints) in [
            (r#"#[scope("a")] A, #[scope("a")] B, #[scope("a")] C"#, vec!["`A` is this scope", "`A` is this scope"]),
            (
                r#"#[scope("a", implies = "b")] A, #[scope("c", implies = B)] C"#,
                vec!["no such scope", "no variant of `Api`"],
            ),
            (r#"#[scope("a", implies = Other::A)] A"#, vec!["no variant of `Api`"]),
            (r#"#[scope("a", implies = api::Api::A)] A"#, vec!["no variant of `Api`"]),
            (r#"#[scope("a", implies = "a")] A"#, vec!["`a` implies itself"]),
            (
                r#"#[scope("x", implies = B)] X, #[scope("c", implies = A)] C, #[scope("b", implies = "c")] B, #[scope("a", implies = "b")] A"#,
                vec!["a circle: `c` implies `a`, which implies `b`, which implies `c`; leave"],
            ),
            (
                r#"A, #[scope("b b")] B, #[doc = x!()] #[scope("c")] C"#,
                vec!["say which scope", "no space", "written out"],
            ),
        ] {
            let (_, errors) = read(variants);
            assert_eq!(errors.len(), hints.len(), "{errors:?}");
            for (error, hint) in errors.iter().zip(hints) {
                assert!(error.contains(hint), "{variants}: {error}");
            }
        }
    }

    #[test]
    fn wrong_catalogues_declare_every_variant_and_no_implication() {
        for variants in
            [r#"A, #[scope("b", implies = "c")] B"#, r#"#[scope("a", implies = B)] A, #[scope("b", implies = A)] B"#]
        {
            let (catalogue, errors) = read(variants);
            assert!(!errors.is_empty());
            assert_eq!(catalogue.entries.len(), 2);
            assert!(catalogue.entries.iter().all(|entry| entry.implies.is_empty()));
        }
    }
}
