use super::one::Resource;
use super::pattern::ResourcePattern;
use super::set::ResourceSet;

/// What of the resources a caller may see: all, or those that its token is limited to.
///
/// A handler that lists things lists those that pass:
///
/// ```
/// use tower_pat::PatPrincipal;
/// use tower_pat::resource::Resource;
///
/// fn visible(caller: &PatPrincipal, all: Vec<Resource>) -> Vec<Resource> {
///     all.into_iter().filter(|repo| caller.resources().covers(repo)).collect()
/// }
/// ```
///
/// One that asks a database makes a condition of the [patterns](Self::patterns).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceFilter<'a>(Option<&'a ResourceSet>);

impl<'a> ResourceFilter<'a> {
    pub(crate) fn new(limits: Option<&'a ResourceSet>) -> Self {
        Self(limits)
    }

    /// Whether a resource passes.
    #[must_use]
    pub fn covers(self, resource: &Resource) -> bool {
        self.covers_text(resource.as_str())
    }

    /// What the token is limited to; none if everything passes. An empty set lets nothing pass.
    ///
    /// A condition for a database compares texts to the letter. `LIKE` does not: `%` and `_` are letters of a segment, and
    /// some databases fold the case.
    ///
    /// ```
    /// use tower_pat::PatPrincipal;
    ///
    /// /// A condition on a column that holds texts such as `repo:acme/site`, and what to bind to it, in order.
    /// fn condition(caller: &PatPrincipal) -> (String, Vec<String>) {
    ///     let Some(patterns) = caller.resources().patterns() else {
    ///         return ("TRUE".to_owned(), Vec::new());
    ///     };
    ///     let (mut condition, mut bound) = ("FALSE".to_owned(), Vec::new());
    ///     for pattern in patterns {
    ///         match pattern.prefix() {
    ///             Some(prefix) => {
    ///                 condition.push_str(" OR substr(resource, 1, length(?)) = ?");
    ///                 bound.extend([prefix.to_owned(), prefix.to_owned()]);
    ///             }
    ///             None => {
    ///                 condition.push_str(" OR resource = ?");
    ///                 bound.push(pattern.to_string());
    ///             }
    ///         }
    ///     }
    ///     (condition, bound)
    /// }
    /// ```
    #[must_use]
    pub fn patterns(self) -> Option<&'a ResourceSet> {
        self.0
    }

    /// Whether the token is not limited.
    pub(crate) fn covers_all(self) -> bool {
        self.0.is_none()
    }

    /// Whether some resource of a kind may pass.
    pub(crate) fn covers_some(self, kind: &str) -> bool {
        self.0.is_none_or(|limits| limits.iter().any(|pattern| ResourcePattern::kind(pattern) == kind))
    }

    pub(crate) fn covers_text(self, resource: &str) -> bool {
        self.0.is_none_or(|limits| limits.covers_text(resource))
    }
}
