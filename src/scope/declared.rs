use super::catalog::ScopeCatalog;
use super::one::Scope;

/// The scopes that a service declares when it is compiled: an enum, each variant of which is a scope.
///
/// ```
/// use std::sync::LazyLock;
/// use tower_pat::scope::{DeclaredScope, ScopeCatalog, Scopes, text_of};
///
/// enum Api {
///     Read,
///     Write,
/// }
///
/// impl Scopes for Api {
///     const DECLARED: &'static [DeclaredScope] = &[
///         DeclaredScope::new(Self::Read as i128, "repo:read", "See repositories", &[]),
///         DeclaredScope::new(Self::Write as i128, "repo:write", "Push to repositories", &["repo:read"]),
///     ];
///
///     fn catalog() -> ScopeCatalog {
///         static CATALOG: LazyLock<ScopeCatalog> =
///             LazyLock::new(|| ScopeCatalog::declared(Api::DECLARED).expect("the catalogue is right"));
///         CATALOG.clone()
///     }
/// }
///
/// const WRITE: &str = text_of::<Api>(Api::Write as i128);
/// assert_eq!(WRITE, "repo:write");
/// assert_eq!(Api::catalog().close(&WRITE.parse()?).to_string(), "repo:read repo:write");
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a catalogue of scopes",
    label = "not an enum of scopes",
    note = "put `#[derive(tower_pat::scope::Scopes)]` above the enum, and `#[scope(\"…\")]` above each variant"
)]
pub trait Scopes: Sized + 'static {
    /// The scopes, in the order of the variants.
    const DECLARED: &'static [DeclaredScope];

    /// The same as a value; made once, then cloned.
    fn catalog() -> ScopeCatalog;
}

/// One scope of an enum of [`Scopes`](trait@Scopes).
///
/// ```
/// use tower_pat::scope::DeclaredScope;
///
/// const WRITE: DeclaredScope = DeclaredScope::new(1, "repo:write", "Push to repositories", &["repo:read"]);
/// assert_eq!((WRITE.discriminant(), WRITE.text()), (1, "repo:write"));
/// assert_eq!((WRITE.description(), WRITE.implies()), ("Push to repositories", &["repo:read"][..]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclaredScope {
    discriminant: i128,
    text: &'static str,
    description: &'static str,
    implies: &'static [&'static str],
}

impl DeclaredScope {
    /// The scope of the variant with this discriminant. `implies` is what it implies by itself.
    ///
    /// # Panics
    ///
    /// If one of the texts is not a scope; in a constant, at compile time.
    #[must_use]
    pub const fn new(
        discriminant: i128,
        text: &'static str,
        description: &'static str,
        implies: &'static [&'static str],
    ) -> Self {
        const MESSAGE: &str = "a scope is 1 to 128 printable ASCII characters without space, quote and backslash";
        assert!(Scope::is_scope(text), "{}", MESSAGE);
        let mut at = 0;
        while at < implies.len() {
            assert!(Scope::is_scope(implies[at]), "{}", MESSAGE);
            at += 1;
        }
        Self { discriminant, text, description, implies }
    }

    /// The discriminant of the variant.
    #[must_use]
    pub const fn discriminant(&self) -> i128 {
        self.discriminant
    }

    /// The scope.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// What people are told that it is for; empty if nothing is said.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// Which scopes it implies by itself, and not through others.
    #[must_use]
    pub const fn implies(&self) -> &'static [&'static str] {
        self.implies
    }
}

/// The scope of a variant, by its discriminant; for constants.
///
/// # Panics
///
/// If no scope is declared for it; in a constant, at compile time.
///
/// ```
/// # use tower_pat::scope::{DeclaredScope, ScopeCatalog, Scopes};
/// use tower_pat::scope::text_of;
///
/// enum Api {
///     Read = 7,
/// }
/// # impl Scopes for Api {
/// #     const DECLARED: &'static [DeclaredScope] = &[DeclaredScope::new(Api::Read as i128, "repo:read", "", &[])];
/// #     fn catalog() -> ScopeCatalog { ScopeCatalog::declared(Self::DECLARED).expect("the catalogue is right") }
/// # }
/// const READ: &str = text_of::<Api>(Api::Read as i128);
/// assert_eq!(READ, "repo:read");
/// ```
#[must_use]
pub const fn text_of<S: Scopes>(discriminant: i128) -> &'static str {
    let mut at = 0;
    while at < S::DECLARED.len() {
        if S::DECLARED[at].discriminant == discriminant {
            return S::DECLARED[at].text;
        }
        at += 1;
    }
    panic!("the catalogue has no scope for this variant")
}

/// The text itself, if it is a scope of the catalogue; for constants.
///
/// # Panics
///
/// If it is not declared; in a constant, at compile time.
///
/// ```
/// # use tower_pat::scope::{DeclaredScope, ScopeCatalog, Scopes};
/// use tower_pat::scope::known;
///
/// # struct Api;
/// # impl Scopes for Api {
/// #     const DECLARED: &'static [DeclaredScope] = &[DeclaredScope::new(0, "repo:read", "", &[])];
/// #     fn catalog() -> ScopeCatalog { ScopeCatalog::declared(Self::DECLARED).expect("the catalogue is right") }
/// # }
/// const READ: &str = known::<Api>("repo:read");
/// assert_eq!(READ, "repo:read");
/// ```
///
/// ```compile_fail,E0080
/// # use tower_pat::scope::{DeclaredScope, ScopeCatalog, Scopes};
/// # use tower_pat::scope::known;
/// # struct Api;
/// # impl Scopes for Api {
/// #     const DECLARED: &'static [DeclaredScope] = &[DeclaredScope::new(0, "repo:read", "", &[])];
/// #     fn catalog() -> ScopeCatalog { ScopeCatalog::declared(Self::DECLARED).expect("the catalogue is right") }
/// # }
/// const READ: &str = known::<Api>("repo:raed");
/// # println!("{READ}");
/// ```
#[must_use]
pub const fn known<S: Scopes>(text: &'static str) -> &'static str {
    let mut at = 0;
    while at < S::DECLARED.len() {
        if same(S::DECLARED[at].text, text) {
            return text;
        }
        at += 1;
    }
    panic!("the catalogue has no such scope")
}

/// What a constant cannot ask `==`.
const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{DeclaredScope, ScopeCatalog, Scopes, known, text_of};

    enum Api {
        Read = -1,
        Write = 7,
    }

    impl Scopes for Api {
        const DECLARED: &'static [DeclaredScope] = &[
            DeclaredScope::new(Self::Read as i128, "repo:read", " See repositories\n", &[]),
            DeclaredScope::new(Self::Write as i128, "repo:write", "Push", &["repo:read"]),
        ];

        fn catalog() -> ScopeCatalog {
            ScopeCatalog::declared(Self::DECLARED).unwrap()
        }
    }

    #[test]
    fn variant_and_text_are_found_in_constants() {
        const READ: &str = text_of::<Api>(Api::Read as i128);
        const WRITE: &str = known::<Api>("repo:write");
        assert_eq!((READ, WRITE, text_of::<Api>(Api::Write as i128)), ("repo:read", "repo:write", "repo:write"));
    }

    #[test]
    fn catalogue_says_what_the_enum_says() {
        let catalog = Api::catalog();
        let entries: Vec<_> = catalog.iter().collect();
        assert_eq!(entries[0].description(), "See repositories");
        assert_eq!(
            (entries[1].scope().as_str(), entries[1].implies().to_string().as_str()),
            ("repo:write", "repo:read")
        );
    }

    #[test]
    #[should_panic(expected = "the catalogue has no such scope")]
    fn text_that_only_begins_like_a_scope_is_not_known() {
        let _ = known::<Api>("repo:rea");
    }

    #[test]
    #[should_panic(expected = "the catalogue has no scope for this variant")]
    fn variant_without_a_scope_is_not_known() {
        let _ = text_of::<Api>(0);
    }

    #[test]
    #[should_panic(expected = "without space")]
    fn text_that_is_no_scope_is_not_declared() {
        let _ = DeclaredScope::new(0, "repo:read", "", &["two words"]);
    }
}
