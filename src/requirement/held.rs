use crate::resource::{MAX_RESOURCE_LEN, Part, Resource, ResourceFilter, Template, is_segment};
use crate::scope::{ScopeBits, ScopeKey, ScopeSet};

/// What a requirement is held against: what a token may do, and where that is asked for.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it is reachable through a sealed trait, but cannot be named")]
pub struct Held<'a> {
    scopes: &'a ScopeSet,
    bits: Option<&'a ScopeBits>,
    resources: ResourceFilter<'a>,
    place: Place<'a>,
}

/// Whether a token reaches all that the requirements around a part name; by default they name nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reach(Option<bool>);

impl Reach {
    /// What is reached if this has to be reached too.
    pub(crate) fn and(self, here: bool) -> Self {
        Self(Some(self.0.unwrap_or(true) && here))
    }
}

/// Where a scope is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// Nobody says, so that only a token without limits reaches it.
    Unknown,
    On(&'a Resource),
    /// Where the templates say, with the parameters of a path, which only axum's router is known to leave.
    #[cfg(any(test, feature = "axum"))]
    Path(&'a dyn Parameters),
}

/// The parameters of a path.
#[cfg(any(test, feature = "axum"))]
pub(crate) trait Parameters {
    /// What the path has under this name; none also if that cannot be read.
    fn value(&self, name: &str) -> Option<&str>;
}

impl<'a> Held<'a> {
    pub(crate) fn new(scopes: &'a ScopeSet, resources: ResourceFilter<'a>, place: Place<'a>) -> Self {
        Self { scopes, bits: None, resources, place }
    }

    /// With these bits, which say the same as the scopes.
    pub(crate) fn with_bits(self, bits: Option<&'a ScopeBits>) -> Self {
        Self { bits, ..self }
    }

    /// Whether a scope is held, and may be used where those around it say; where nobody says, at the place that is asked
    /// about.
    #[inline]
    pub(crate) fn has(&self, scope: ScopeKey<'_>, reach: Reach) -> bool {
        reach.0.unwrap_or_else(|| self.reaches_place())
            && self.bits.map_or_else(|| self.scopes.contains(scope.text()), |bits| bits.contains(scope))
    }

    /// Whether a scope may be used where no template says where.
    #[inline]
    fn reaches_place(&self) -> bool {
        let Place::On(resource) = self.place else {
            return self.resources.covers_all();
        };
        self.resources.covers(resource)
    }

    /// Whether a scope may be used where a template says. What a template stands for must be a resource, even if a token
    /// has no limits: a handler would take it for one.
    pub(crate) fn reaches(&self, template: Template<'_>) -> bool {
        match self.place {
            Place::On(resource) => template.matches(resource) && self.resources.covers(resource),
            Place::Unknown => self.reaches_filled(template, &|_| None),
            #[cfg(any(test, feature = "axum"))]
            Place::Path(parameters) => self.reaches_filled(template, &|name| parameters.value(name)),
        }
    }

    /// Whether a scope may be used on some resource of a kind; on the one that is asked about, if one is.
    pub(crate) fn reaches_some(&self, kind: &str) -> bool {
        let Place::On(resource) = self.place else {
            return self.resources.covers_some(kind);
        };
        resource.kind() == kind && self.resources.covers(resource)
    }

    fn reaches_filled<'p>(&self, template: Template<'_>, value: &dyn Fn(&str) -> Option<&'p str>) -> bool {
        let mut filled = Filled::default();
        let whole = filled.push_all(template, value);
        whole.is_some_and(|()| self.resources.covers_text(filled.as_str()))
    }
}

/// The text of a resource, which is never longer than this.
struct Filled {
    text: [u8; MAX_RESOURCE_LEN],
    len: usize,
}

impl Filled {
    /// None if a parameter is not there or is no segment, or if it would be too long for a resource.
    fn push_all<'p>(&mut self, template: Template<'_>, value: &dyn Fn(&str) -> Option<&'p str>) -> Option<()> {
        self.push(template.kind())?;
        let mut separator = ":";
        for part in template.segments() {
            self.push(separator)?;
            match part {
                Part::Literal(literal) => self.push(literal)?,
                Part::Parameter(name) => self.push(value(name).filter(|value| is_segment(value))?)?,
            }
            separator = "/";
        }
        Some(())
    }

    fn push(&mut self, text: &str) -> Option<()> {
        let end = self.len + text.len();
        self.text.get_mut(self.len..end)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Some(())
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.text[..self.len]).expect("it was filled with whole texts")
    }
}

impl Default for Filled {
    fn default() -> Self {
        Self { text: [0; MAX_RESOURCE_LEN], len: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Parameters, Place};
    use crate::resource::{ResourceFilter, ResourceSet, Template};
    use crate::scope::ScopeSet;

    struct Owner(String);

    impl Parameters for Owner {
        fn value(&self, name: &str) -> Option<&str> {
            (name == "owner").then_some(&self.0)
        }
    }

    fn reaches(limits: Option<&str>, template: &str, owner: &str) -> bool {
        let (scopes, limits) = (ScopeSet::default(), limits.map(|limits| limits.parse::<ResourceSet>().unwrap()));
        let owner = Owner(owner.to_owned());
        let held = Held::new(&scopes, ResourceFilter::new(limits.as_ref()), Place::Path(&owner));
        held.reaches(Template(template))
    }

    #[test]
    fn parameter_fills_one_segment() {
        let template = "repo:{owner}/site";
        for (limits, owner, expected) in [
            (None, "acme", true),
            (Some("repo:acme/*"), "acme", true),
            (Some("repo:acme/site"), "acme", true),
            (Some("repo:acme/*"), "acme-evil", false),
            (Some("repo:acme/*"), "ACME", false),
            (Some("repo:acme/*"), "acme%2F..", false),
            (Some("repo:*"), "acme", true),
            (Some("team:*"), "acme", false),
            (Some(""), "acme", false),
        ] {
            assert_eq!(reaches(limits, template, owner), expected, "{limits:?} {owner}");
        }
    }

    #[test]
    fn value_that_is_no_segment_reaches_nothing_even_without_limits() {
        for owner in ["", ".", "..", "*", "acme/site", "/", "a\0", "a\n", &"a".repeat(1_015)] {
            for limits in [None, Some("repo:*")] {
                assert!(!reaches(limits, "repo:{owner}/site", owner), "{owner:?}");
            }
        }
        assert!(reaches(None, "repo:{owner}/site", &"a".repeat(1_014)));
    }

    #[test]
    fn template_whose_parameter_is_not_there_reaches_nothing() {
        assert!(!reaches(None, "repo:{name}", "acme"));
        assert!(reaches(None, "repo:site", "acme"));
    }
}
