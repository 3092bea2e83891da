use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::bits::ScopeBits;
use super::builder::ScopeCatalogBuilder;
use super::declared::DeclaredScope;
use super::implications::Implications;
use super::index::Index;
use super::invalid_catalog::InvalidCatalog;
use super::key::ScopeKey;
use super::one::Scope;
use super::set::ScopeSet;
use crate::invalid::InvalidValue;

/// The scopes that a service knows: what each is for, and which others it implies. Empty by default, and then no scope
/// is known.
///
/// It is one reference count: cloning it is cheap. Implications are transitive and without circles. As text it is scopes
/// separated by one space each, without descriptions and implications.
///
/// ```
/// use tower_pat::scope::{Scope, ScopeCatalog};
///
/// let plain: ScopeCatalog = "invoices:read invoices:write".parse()?;
/// assert!(plain.contains("invoices:read"));
/// assert_eq!(plain.close(&"invoices:write root".parse()?).to_string(), "invoices:write");
///
/// let (read, write) = (Scope::from_static("invoices:read"), Scope::from_static("invoices:write"));
/// let catalog = ScopeCatalog::builder()
///     .with_scope(read.clone(), "See invoices")
///     .with_scope(write.clone(), "Write invoices")
///     .with_implication(write, read)
///     .build()?;
/// for entry in catalog.iter() {
///     println!("{}: {}; includes: {}", entry.scope(), entry.description(), entry.implies());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ScopeCatalog(Arc<Inner>);

/// A place is one in the alphabetical order of the scopes.
#[derive(Default, PartialEq, Eq)]
struct Inner {
    scopes: ScopeSet,
    index: Index,
    /// By place.
    descriptions: Box<[Box<str>]>,
    implications: Implications,
    /// The places in the order of declaration.
    order: Box<[usize]>,
}

impl ScopeCatalog {
    /// Begins a catalogue.
    pub fn builder() -> ScopeCatalogBuilder {
        ScopeCatalogBuilder::default()
    }

    /// The catalogue of what an enum of [`Scopes`](trait@super::Scopes) declares.
    ///
    /// # Errors
    ///
    /// As [`ScopeCatalogBuilder::build`].
    ///
    /// ```
    /// use tower_pat::scope::{DeclaredScope, ScopeCatalog};
    ///
    /// let catalog = ScopeCatalog::declared(&[
    ///     DeclaredScope::new(0, "repo:read", "See repositories", &[]),
    ///     DeclaredScope::new(1, "repo:write", "Push to repositories", &["repo:read"]),
    /// ])?;
    /// assert_eq!(catalog.len(), 2);
    /// # Ok::<(), tower_pat::scope::InvalidCatalog>(())
    /// ```
    pub fn declared(scopes: &[DeclaredScope]) -> Result<Self, InvalidCatalog> {
        let mut builder = Self::builder();
        for declared in scopes {
            let scope = Scope::from_static(declared.text());
            for implied in declared.implies() {
                builder = builder.with_implication(scope.clone(), Scope::from_static(implied));
            }
            builder = builder.with_scope(scope, declared.description());
        }
        builder.build()
    }

    pub(super) fn from_parts(
        scopes: ScopeSet,
        descriptions: Box<[Box<str>]>,
        implications: Implications,
        order: Box<[usize]>,
    ) -> Self {
        let index = Index::new(&scopes);
        Self(Arc::new(Inner { scopes, index, descriptions, implications, order }))
    }

    /// Whether the catalogue knows this very scope.
    #[must_use]
    pub fn contains(&self, scope: impl AsRef<str>) -> bool {
        self.0.scopes.contains(scope)
    }

    /// What these scopes amount to: those of them that the catalogue knows, and all that they imply.
    ///
    /// ```
    /// # use tower_pat::scope::{DeclaredScope, ScopeCatalog};
    /// # let catalog = ScopeCatalog::declared(&[
    /// #     DeclaredScope::new(0, "repo:read", "See repositories", &[]),
    /// #     DeclaredScope::new(1, "repo:write", "Push to repositories", &["repo:read"]),
    /// # ]).expect("the catalogue is right");
    /// assert_eq!(catalog.close(&"repo:write root".parse()?).to_string(), "repo:read repo:write");
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn close(&self, granted: &ScopeSet) -> ScopeSet {
        let places = granted.iter().filter_map(|scope| self.place(scope));
        self.0.implications.reach(places).map(|place| self.at(place).clone()).collect()
    }

    /// Those of these scopes that the catalogue does not know.
    ///
    /// ```
    /// use tower_pat::scope::ScopeCatalog;
    ///
    /// let catalog: ScopeCatalog = "repo:read repo:write".parse()?;
    /// assert_eq!(catalog.unknown(&"repo:read root".parse()?).to_string(), "root");
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn unknown(&self, scopes: &ScopeSet) -> ScopeSet {
        scopes.iter().filter(|scope| !self.contains(scope)).cloned().collect()
    }

    /// The same scopes, the known ones with the texts of the catalogue: what is kept of many tokens has none of its own.
    pub(crate) fn share(&self, scopes: &ScopeSet) -> ScopeSet {
        let shared = |scope| self.place(scope).map_or(scope, |place| self.at(place));
        scopes.iter().map(shared).cloned().collect()
    }

    /// The known scopes, in alphabetical order.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        self.0.scopes.clone()
    }

    /// What is known of each scope, in the order of declaration; in alphabetical order if the catalogue was made of a
    /// set or a text.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = CatalogEntry<'_>> {
        self.0.order.iter().map(|&place| CatalogEntry { catalog: self, place })
    }

    /// How many scopes are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.scopes.len()
    }

    /// Whether no scope is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.scopes.is_empty()
    }

    /// Closed scopes of this catalogue as bits.
    pub(crate) fn bits(&self, closed: &ScopeSet) -> ScopeBits {
        ScopeBits::new(self.clone(), closed.iter().filter_map(|scope| self.place(scope)))
    }

    #[inline]
    pub(super) fn place_of(&self, key: ScopeKey<'_>) -> Option<usize> {
        self.0.index.place(key, &self.0.scopes)
    }

    fn place(&self, scope: &Scope) -> Option<usize> {
        self.0.scopes.place(scope.as_str())
    }

    fn at(&self, place: usize) -> &Scope {
        &self.0.scopes.as_slice()[place]
    }
}

/// Each scope with what it implies by itself.
impl fmt::Debug for ScopeCatalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direct = |place| self.0.implications.direct(place).map(|&place| self.at(place)).collect::<Vec<_>>();
        f.debug_map().entries(self.0.order.iter().map(|&place| (self.at(place), direct(place)))).finish()
    }
}

impl From<ScopeSet> for ScopeCatalog {
    /// A catalogue of these scopes, without descriptions and implications.
    fn from(scopes: ScopeSet) -> Self {
        let descriptions = vec![Box::default(); scopes.len()].into();
        let implications = Implications::new(vec![Vec::new(); scopes.len()]).expect("there is no implication");
        let order = (0..scopes.len()).collect();
        Self::from_parts(scopes, descriptions, implications, order)
    }
}

impl FromStr for ScopeCatalog {
    type Err = InvalidValue;

    /// Reads scopes separated by one space each; an empty text is the empty catalogue.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<ScopeSet>().map(Self::from)
    }
}

/// One scope of a catalogue.
///
/// ```
/// use tower_pat::scope::{Scope, ScopeCatalog};
///
/// let catalog = ScopeCatalog::builder().with_scope(Scope::from_static("repo:read"), "See repositories").build()?;
/// let entry = catalog.iter().next().expect("a scope");
/// assert_eq!((entry.scope().as_str(), entry.description()), ("repo:read", "See repositories"));
/// assert!(entry.implies().is_empty());
/// # Ok::<(), tower_pat::scope::InvalidCatalog>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CatalogEntry<'a> {
    catalog: &'a ScopeCatalog,
    place: usize,
}

impl<'a> CatalogEntry<'a> {
    /// The scope.
    #[must_use]
    pub fn scope(&self) -> &'a Scope {
        self.catalog.at(self.place)
    }

    /// What people are told that it is for; empty if nothing is said.
    #[must_use]
    pub fn description(&self) -> &'a str {
        &self.catalog.0.descriptions[self.place]
    }

    /// All other scopes that it implies, directly or through others.
    #[must_use]
    pub fn implies(&self) -> ScopeSet {
        let reached = self.catalog.0.implications.reach([self.place]);
        reached.filter(|&place| place != self.place).map(|place| self.catalog.at(place).clone()).collect()
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;
    use std::thread;

    use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

    use super::{Scope, ScopeCatalog, ScopeKey, ScopeSet};

    const SCOPES: u8 = 12;

    /// A catalogue, and its implications once more as pairs.
    type Made = (ScopeCatalog, Vec<(u8, u8)>);

    fn scope(number: u8) -> Scope {
        Scope::parse(&format!("s{number}")).unwrap()
    }

    fn set(numbers: &[u8]) -> ScopeSet {
        numbers.iter().copied().map(scope).collect()
    }

    /// The scopes in any order, each of which implies some of those behind it.
    fn made() -> impl Strategy<Value = Made> {
        let order = Just((0..SCOPES).collect::<Vec<_>>()).prop_shuffle();
        let pairs = prop::collection::vec((0..usize::from(SCOPES), 0..usize::from(SCOPES)), 0..20);
        (order, pairs).prop_map(|(order, pairs)| {
            let mut builder = ScopeCatalog::builder();
            for &number in &order {
                builder = builder.with_scope(scope(number), format!(" number {number}\n"));
            }
            let forward = pairs.into_iter().filter(|(from, to)| from != to);
            let implications: Vec<_> =
                forward.map(|(one, other)| (order[one.min(other)], order[one.max(other)])).collect();
            for &(from, to) in &implications {
                builder = builder.with_implication(scope(from), scope(to));
            }
            (builder.build().unwrap(), implications)
        })
    }

    /// Some numbers are of no known scope.
    fn granted() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(0..SCOPES + 4, 0..8)
    }

    /// Adds what is implied, until nothing new comes.
    fn naively(granted: &[u8], implications: &[(u8, u8)]) -> ScopeSet {
        let mut closed: BTreeSet<_> = granted.iter().copied().filter(|&number| number < SCOPES).collect();
        loop {
            let before = closed.len();
            for (from, to) in implications {
                if closed.contains(from) {
                    closed.insert(*to);
                }
            }
            if closed.len() == before {
                return closed.into_iter().map(scope).collect();
            }
        }
    }

    proptest! {
        #[test]
        fn closing_is_what_it_is_said_to_be((catalog, implications) in made(), granted in granted(), more in granted()) {
            let closed = catalog.close(&set(&granted));
            prop_assert_eq!(&closed, &naively(&granted, &implications));
            prop_assert_eq!(&catalog.close(&closed), &closed);
            prop_assert!(closed.is_subset(&catalog.scopes()));
            prop_assert!(catalog.unknown(&closed).is_empty());
            let with_more = catalog.close(&set(&[granted, more].concat()));
            prop_assert!(closed.is_subset(&with_more));
        }

        #[test]
        fn every_scope_is_known_or_unknown((catalog, _) in made(), granted in granted(), number in any::<u8>()) {
            let granted = set(&granted);
            let unknown = catalog.unknown(&granted);
            for scope in &granted {
                prop_assert!(catalog.contains(scope) != unknown.contains(scope));
                prop_assert_eq!(catalog.close(&granted).contains(scope), catalog.contains(scope));
            }
            prop_assert_eq!(catalog.contains(scope(number)), number < SCOPES);
            let closed = catalog.close(&granted);
            let bits = catalog.bits(&closed);
            for scope in (0..=u8::MAX).map(scope) {
                prop_assert_eq!(bits.contains(ScopeKey::of(scope.as_str())), closed.contains(&scope));
            }
        }

        #[test]
        fn entries_say_what_closing_does((catalog, _) in made()) {
            prop_assert_eq!(catalog.iter().len(), catalog.len());
            for entry in catalog.iter() {
                let scope = entry.scope();
                prop_assert!(!entry.implies().contains(scope));
                let with_itself: ScopeSet = entry.implies().iter().chain([scope]).cloned().collect();
                prop_assert_eq!(with_itself, catalog.close(&[scope.clone()].into_iter().collect()));
                prop_assert_eq!(entry.description(), format!("number {}", &scope.as_str()[1..]));
            }
        }

        #[test]
        fn set_and_text_make_the_same_catalogue(numbers in granted()) {
            let scopes = set(&numbers);
            let catalog: ScopeCatalog = scopes.to_string().parse().unwrap();
            prop_assert_eq!(&catalog, &ScopeCatalog::from(scopes.clone()));
            prop_assert_eq!(&catalog.scopes(), &scopes);
            prop_assert!(catalog.iter().map(|entry| entry.scope()).eq(&scopes));
            prop_assert_eq!(&catalog.close(&scopes), &scopes);
        }
    }

    #[test]
    fn entries_come_in_the_order_of_declaration() {
        let (b, a) = (Scope::from_static("b"), Scope::from_static("a"));
        let builder = ScopeCatalog::builder().with_scope(b.clone(), " B,\n first ").with_scope(a, "");
        let catalog = builder.with_implication(Scope::from_static("a"), b).build().unwrap();
        let entries: Vec<_> = catalog.iter().map(|entry| (entry.scope().as_str(), entry.description())).collect();
        assert_eq!(entries, [("b", "B,\n first"), ("a", "")]);
        assert_eq!(format!("{catalog:?}"), r#"{"b": [], "a": ["b"]}"#);
    }

    #[test]
    fn empty_catalogue_knows_nothing() {
        let (empty, granted) = (ScopeCatalog::default(), set(&[1, 2]));
        assert!(empty.is_empty() && empty.close(&granted).is_empty());
        assert_eq!(empty.unknown(&granted), granted);
        assert_eq!(empty, "".parse().unwrap());
        assert_eq!(empty, ScopeCatalog::builder().build().unwrap());
    }

    /// What is kept for long holds no text of its own.
    #[test]
    fn closed_and_shared_sets_have_the_texts_of_the_catalogue() {
        let catalog: ScopeCatalog = "a b".parse().unwrap();
        let stored = "a root".parse().unwrap();
        let texts = |set: &ScopeSet| set.iter().map(|scope| scope.as_str().as_ptr()).collect::<Vec<_>>();
        assert_eq!(texts(&catalog.close(&stored)), texts(&catalog.scopes())[..1]);
        let shared = catalog.share(&stored);
        assert_eq!(shared, stored);
        assert_eq!(texts(&shared), [texts(&catalog.scopes())[0], texts(&stored)[1]]);
    }

    /// On a stack on which ten thousand calls within each other have no room.
    #[test]
    fn long_chain_is_followed_on_a_small_stack() {
        let chain = || {
            let scope = |number| Scope::parse(&format!("scope:{number}")).unwrap();
            let mut builder = ScopeCatalog::builder();
            for number in 0..10_000 {
                builder = builder.with_scope(scope(number), "");
                builder = builder.with_implication(scope(number), scope(number + 1));
            }
            let circle = builder.clone().with_scope(scope(10_000), "").with_implication(scope(10_000), scope(0));
            assert!(circle.build().is_err());
            let catalog = builder.with_scope(scope(10_000), "").build().unwrap();
            let first: ScopeSet = [scope(0)].into_iter().collect();
            (0..100).for_each(|_| assert_eq!(catalog.close(&first).len(), 10_001));
            Arc::strong_count(&catalog.0)
        };
        let thread = thread::Builder::new().stack_size(64 * 1024).spawn(chain).unwrap();
        assert_eq!(thread.join().unwrap(), 1);
    }
}
