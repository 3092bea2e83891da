use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::held::{Held, Reach};
use super::node::Node;
use crate::invalid::InvalidValue;
use crate::resource::{ResourceKind, ResourceTemplate};
use crate::scope::{Scope, ScopeSet};

/// What a route asks for: one scope, all of several, or any of several, nested as needed, and perhaps on a resource.
///
/// Its text form is the scope itself, `all(…)` or `any(…)` with `, ` between the parts, and behind these
/// ` on repo:{owner}/{name}` or ` among repo`; ` (concealed)` at the end. A scope that could be taken for something else
/// there, `public` or one with a parenthesis or a comma, is written in double quotes, which no scope holds. In serde it is the
/// scope, an object with `all` or `any` and the list of parts, or an object with `scope`, what is asked for, and `on`,
/// `among` or `concealed`.
///
/// An empty `all` or `any` is met by nobody: a list that was left empty by mistake must not open a route.
///
/// A caller whose token is limited to resources meets a requirement only where that names one of them.
///
/// ```
/// use tower_pat::requirement::Requirement;
/// use tower_pat::scope::Scope;
///
/// let requirement = Requirement::any([
///     Requirement::scope(Scope::from_static("admin")),
///     Requirement::all([Scope::from_static("repo:read"), Scope::from_static("repo:write")]),
/// ]);
/// assert_eq!(requirement.to_string(), "any(admin, all(repo:read, repo:write))");
///
/// let json = serde_json::to_string(&requirement).expect("text has a JSON form");
/// assert_eq!(json, r#"{"any":["admin",{"all":["repo:read","repo:write"]}]}"#);
/// ```
///
/// [`PatPrincipal::allows`](crate::PatPrincipal::allows) holds one against a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    pub(super) node: Node,
    concealed: bool,
}

impl Requirement {
    /// Asks for one scope.
    #[must_use]
    pub fn scope(scope: Scope) -> Self {
        Self { node: Node::scope(scope), concealed: false }
    }

    /// Asks for every one of the parts. Without parts nobody meets it.
    pub fn all<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Self {
        Self::list(Node::All, parts)
    }

    /// Asks for at least one of the parts. Without parts nobody meets it.
    pub fn any<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Self {
        Self::list(Node::Any, parts)
    }

    /// Asks for the same on a resource. A part that names one already asks for both.
    ///
    /// The parameters of the template are those of the route's path. What a parameter holds fills one segment: a value
    /// that is none, such as `..` or one with a `/`, names nothing that anybody may use.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::resource::ResourceTemplate;
    /// use tower_pat::scope::Scope;
    ///
    /// let push = Requirement::scope(Scope::from_static("repo:write"))
    ///     .on(ResourceTemplate::from_static("repo:{owner}/{name}"));
    /// assert_eq!(push.to_string(), "repo:write on repo:{owner}/{name}");
    /// assert_eq!(push.parameters().collect::<Vec<_>>(), ["owner", "name"]);
    /// ```
    #[must_use]
    pub fn on(mut self, template: ResourceTemplate) -> Self {
        self.node = Node::On(Box::new(self.node), template);
        self
    }

    /// Asks for the same on whatever resources of a kind the caller may use: for a route that lists them, and shows
    /// those that pass [`PatPrincipal::resources`](crate::PatPrincipal::resources) and no others.
    ///
    /// A token that is limited to resources of other kinds does not meet it.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::resource::ResourceKind;
    /// use tower_pat::scope::Scope;
    ///
    /// let list = Requirement::scope(Scope::from_static("repo:read")).among(ResourceKind::from_static("repo"));
    /// assert_eq!(list.to_string(), "repo:read among repo");
    /// ```
    #[must_use]
    pub fn among(mut self, kind: ResourceKind) -> Self {
        self.node = Node::Among(Box::new(self.node), kind);
        self
    }

    /// Asks for the same, and hides from those who do not meet it what the route is for: they are denied with 404 in
    /// place of 403, and nothing of scopes and resources is told. A list of parts is concealed if one of them is.
    ///
    /// It hides which things there are, not that the route is: a request without a token gets 401 there, one with another
    /// method 405, and a 404 has the body of a denial. Where that must not differ either, give handlers and fallbacks the same body,
    /// and the fallback the same requirement.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::scope::Scope;
    ///
    /// let private = Requirement::scope(Scope::from_static("repo:read")).concealed();
    /// assert!(private.is_concealed());
    /// assert_eq!(private.to_string(), "repo:read (concealed)");
    /// ```
    #[must_use]
    pub fn concealed(mut self) -> Self {
        self.concealed = true;
        self
    }

    /// Whether those who do not meet it are not to learn that there is something.
    #[must_use]
    pub fn is_concealed(&self) -> bool {
        self.concealed
    }

    /// The scopes to name in a challenge ([RFC 6750, section 3]): the whole list of `all`, the first alternative of
    /// `any`.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::scope::Scope;
    ///
    /// let scopes = || [Scope::from_static("a"), Scope::from_static("b")];
    /// assert_eq!(Requirement::all(scopes()).challenge_scopes().to_string(), "a b");
    /// assert_eq!(Requirement::any(scopes()).challenge_scopes().to_string(), "a");
    /// ```
    ///
    /// [RFC 6750, section 3]: https://www.rfc-editor.org/rfc/rfc6750#section-3
    #[must_use]
    pub fn challenge_scopes(&self) -> ScopeSet {
        let mut named = Vec::new();
        self.node.name_scopes(1, &mut named);
        named.into_iter().collect()
    }

    /// All scopes that are named, on whatever side of an alternative they stand.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::scope::Scope;
    ///
    /// let either = Requirement::any([Scope::from_static("b"), Scope::from_static("a")]);
    /// assert_eq!(either.named_scopes().to_string(), "a b");
    /// ```
    #[must_use]
    pub fn named_scopes(&self) -> ScopeSet {
        let mut named = Vec::new();
        self.node.name_scopes(usize::MAX, &mut named);
        named.into_iter().collect()
    }

    /// The parameters of the route's path that are needed to know on what resource the scopes are asked for.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.templates().into_iter().flat_map(ResourceTemplate::parameters)
    }

    /// The templates of the resources that the scopes are asked for on.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::resource::ResourceTemplate;
    /// use tower_pat::scope::Scope;
    ///
    /// let template = ResourceTemplate::from_static("repo:{name}");
    /// let requirement = Requirement::scope(Scope::from_static("a")).on(template.clone());
    /// assert_eq!(requirement.templates(), [&template]);
    /// ```
    #[must_use]
    pub fn templates(&self) -> Vec<&ResourceTemplate> {
        let mut templates = Vec::new();
        self.node.every_template(&mut |template| {
            templates.push(template);
            true
        });
        templates
    }

    /// Whether this is true of every parameter that is needed. It does not allocate.
    pub(crate) fn every_parameter(&self, is_true: &mut dyn FnMut(&str) -> bool) -> bool {
        self.node.every_template(&mut |template| template.parameters().all(&mut *is_true))
    }

    /// Whether a part says on what it is asked for.
    pub(crate) fn names_resources(&self) -> bool {
        self.node.names_resources()
    }

    /// Whether a caller has what is asked for.
    pub(crate) fn is_met(&self, held: &Held<'_>) -> bool {
        self.node.is_met(held, Reach::default())
    }

    /// Whether a caller who is limited to nothing would have what is asked for.
    pub(crate) fn is_met_by_scopes(&self, held: &ScopeSet) -> bool {
        self.node.is_met_by_scopes(held)
    }

    fn list<R: Into<Self>>(list: impl FnOnce(Box<[Node]>) -> Node, parts: impl IntoIterator<Item = R>) -> Self {
        let mut concealed = false;
        let parts = parts.into_iter().map(|part| {
            let part: Self = part.into();
            concealed |= part.concealed;
            part.node
        });
        let node = list(parts.collect());
        Self { node, concealed }
    }
}

impl From<Scope> for Requirement {
    fn from(scope: Scope) -> Self {
        Self::scope(scope)
    }
}

impl TryFrom<&str> for Requirement {
    type Error = InvalidValue;

    /// Reads one scope.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    ///
    /// assert_eq!(Requirement::try_from("invoices:read")?.to_string(), "invoices:read");
    /// assert!(Requirement::try_from("any(a, b)").is_err());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Scope::parse(text).map(Self::scope)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = if self.concealed { " (concealed)" } else { "" };
        write!(f, "{}{suffix}", self.node)
    }
}

impl Serialize for Requirement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.concealed {
            return self.node.serialize(serializer);
        }
        let mut object = serializer.serialize_map(Some(2))?;
        object.serialize_entry("scope", &self.node)?;
        object.serialize_entry("concealed", &true)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::Requirement;
    use crate::requirement::{Held, Place};
    use crate::resource::{Resource, ResourceFilter, ResourceKind, ResourceSet, ResourceTemplate};
    use crate::scope::{Scope, ScopeSet};

    fn scope(text: &'static str) -> Requirement {
        Requirement::scope(Scope::from_static(text))
    }

    fn is_met(requirement: &Requirement, scopes: &str, limits: Option<&str>, on: Option<&str>) -> bool {
        let scopes: ScopeSet = scopes.parse().unwrap();
        let limits: Option<ResourceSet> = limits.map(|limits| limits.parse().unwrap());
        let on = on.map(|on| Resource::parse(on).unwrap());
        let place = on.as_ref().map_or(Place::Unknown, Place::On);
        requirement.is_met(&Held::new(&scopes, ResourceFilter::new(limits.as_ref()), place))
    }

    #[test]
    fn empty_lists_are_met_by_nobody() {
        let nested = Requirement::all([scope("a"), Requirement::all::<Scope>([])]);
        for requirement in [Requirement::all::<Scope>([]), Requirement::any::<Scope>([]), nested] {
            assert!(!is_met(&requirement, "a b", None, None));
            assert!(!requirement.is_met_by_scopes(&"a b".parse().unwrap()));
        }
    }

    #[test]
    fn empty_grant_meets_nothing() {
        assert!(!is_met(&scope("a"), "", None, None));
        assert!(!is_met(&Requirement::any([scope("a")]), "", None, None));
    }

    #[test]
    fn limited_token_passes_only_where_a_resource_of_its_own_is_named() {
        let read = scope("read");
        let template = || ResourceTemplate::from_static("repo:{owner}/{name}");
        let (on, among) = (read.clone().on(template()), read.clone().among(ResourceKind::from_static("repo")));
        let acme = Some("repo:acme/*");
        for (requirement, limits, place, expected) in [
            (&read, None, None, true),
            (&read, acme, None, false),
            (&read, acme, Some("repo:acme/site"), true),
            (&read, acme, Some("repo:acme-evil/site"), false),
            (&read, Some(""), Some("repo:acme/site"), false),
            (&on, None, None, false),
            (&on, None, Some("repo:acme/site"), true),
            (&on, acme, Some("repo:acme/site"), true),
            (&on, acme, Some("repo:other/site"), false),
            (&on, Some("repo:*"), Some("repo:acme"), false),
            (&on, None, Some("team:acme/site"), false),
            (&among, None, None, true),
            (&among, acme, None, true),
            (&among, Some("team:acme/*"), None, false),
            (&among, Some("repository:acme"), None, false),
            (&among, Some(""), None, false),
        ] {
            assert_eq!(is_met(requirement, "read", limits, place), expected, "{requirement}: {limits:?} {place:?}");
            assert!(!is_met(requirement, "write", limits, place));
        }
    }

    #[test]
    fn part_that_names_a_resource_asks_for_both() {
        let own = scope("a").on(ResourceTemplate::from_static("team:ops"));
        let either = Requirement::any([own, scope("b")]).on(ResourceTemplate::from_static("repo:site"));
        assert!(is_met(&either, "a", Some("team:ops\nrepo:site"), None));
        assert!(!is_met(&either, "a", Some("team:ops"), None));
        assert!(!is_met(&either, "a", Some("repo:site"), None));
        assert!(is_met(&either, "b", Some("repo:site"), None));
        assert!(!is_met(&either, "b", Some("team:ops"), None));
    }

    #[test]
    fn scope_that_could_be_taken_for_something_else_is_quoted() {
        let odd = ["public", "any()", "all(admin)", "a,b", "plain", "public:read"].map(Scope::from_static);
        assert_eq!(
            Requirement::all(odd).to_string(),
            r#"all("public", "any()", "all(admin)", "a,b", plain, public:read)"#
        );
    }

    #[test]
    fn text_and_json_say_everything() {
        let on = scope("a").on(ResourceTemplate::from_static("repo:{owner}"));
        let listed =
            Requirement::all([on.concealed(), Requirement::any([scope("b")]).among(ResourceKind::from_static("repo"))]);
        assert_eq!(listed.to_string(), "all(a on repo:{owner}, any(b) among repo) (concealed)");
        assert_eq!(
            serde_json::to_string(&listed).unwrap(),
            r#"{"scope":{"all":[{"scope":"a","on":"repo:{owner}"},{"scope":{"any":["b"]},"among":"repo"}]},"concealed":true}"#
        );
        assert_eq!(listed.parameters().collect::<Vec<_>>(), ["owner"]);
    }
}
