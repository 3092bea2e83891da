use std::fmt;

use serde::{Serialize, Serializer};

use super::one::Requirement;
use crate::invalid::InvalidValue;
use crate::scope::Scope;

/// Who may come in: everybody, whoever has a token, or whoever meets a requirement.
///
/// Its text form, in serde too, is `public`, `any token`, or that of the requirement, in which a scope that is called
/// `public` stands in quotes, so that nobody takes a closed route for an open one, or the other way round.
///
/// ```
/// use tower_pat::Scope;
/// use tower_pat::requirement::Access;
///
/// assert_eq!(Access::Public.to_string(), "public");
/// assert_eq!(Access::AnyToken.to_string(), "any token");
/// assert_eq!(Access::from(Scope::from_static("invoices:read")).to_string(), "invoices:read");
/// assert_eq!(Access::try_from("public")?.to_string(), r#""public""#);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Everybody, also without a token.
    Public,
    /// Whoever has a token that is accepted, whatever it may do.
    AnyToken,
    /// Whoever has a token that meets this.
    Requires(Requirement),
}

impl Access {
    /// What is asked of the scopes of a token, if anything is.
    ///
    /// ```
    /// use tower_pat::requirement::Access;
    ///
    /// assert!(Access::try_from("invoices:read")?.requirement().is_some());
    /// assert_eq!(Access::AnyToken.requirement(), None);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn requirement(&self) -> Option<&Requirement> {
        match self {
            Self::Public | Self::AnyToken => None,
            Self::Requires(requirement) => Some(requirement),
        }
    }
}

/// What the source states where a service is set up.
///
/// # Panics
///
/// When it cannot be read as an access.
#[track_caller]
pub(crate) fn stated<E: fmt::Display>(access: impl TryInto<Access, Error = E>) -> Access {
    match access.try_into() {
        Ok(access) => access,
        Err(error) => panic!("a guard is set up with what it cannot ask for: {error}"),
    }
}

impl From<Requirement> for Access {
    fn from(requirement: Requirement) -> Self {
        Self::Requires(requirement)
    }
}

impl From<Scope> for Access {
    fn from(scope: Scope) -> Self {
        Self::Requires(scope.into())
    }
}

impl TryFrom<&str> for Access {
    type Error = InvalidValue;

    /// Reads one scope. The words of [`Access::Public`] and [`Access::AnyToken`] are not read back.
    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Requirement::try_from(text).map(Self::Requires)
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.pad("public"),
            Self::AnyToken => f.pad("any token"),
            Self::Requires(requirement) => f.pad(&requirement.to_string()),
        }
    }
}

impl Serialize for Access {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, stated};
    use crate::requirement::Requirement;
    use crate::scope::Scope;

    #[test]
    fn no_requirement_reads_like_public_or_any_token() {
        let token = Requirement::any([Scope::from_static("token")]);
        let public = Scope::from_static("public");
        let texts = [Access::from(public), Access::from(token), Access::Public, Access::AnyToken];
        assert_eq!(texts.map(|access| access.to_string()), ["\"public\"", "any(token)", "public", "any token"]);
        assert_eq!(serde_json::to_string(&Access::AnyToken).unwrap(), "\"any token\"");
    }

    #[test]
    fn a_string_is_one_scope() {
        assert_eq!(stated("a:read"), Access::from(Scope::from_static("a:read")));
        assert_eq!(stated(Access::Public), Access::Public);
        for text in ["", "a b", "any token"] {
            assert!(Access::try_from(text).is_err(), "{text:?}");
        }
    }

    #[test]
    #[should_panic(expected = "a scope is 1 to 128 printable ASCII characters")]
    fn a_string_that_is_no_scope_is_refused_at_set_up() {
        stated("a b");
    }
}
