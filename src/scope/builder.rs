use super::catalog::ScopeCatalog;
use super::implications::Implications;
use super::invalid_catalog::{InvalidCatalog, InvalidCatalogKind};
use super::one::Scope;
use super::set::ScopeSet;

/// How a catalogue is made at run time; begun by [`ScopeCatalog::builder`].
///
/// ```
/// use tower_pat::scope::{Scope, ScopeCatalog};
///
/// let [admin, write, read] = ["admin", "repo:write", "repo:read"].map(Scope::from_static);
/// let catalog = ScopeCatalog::builder()
///     .with_scope(read.clone(), "See repositories and what is in them")
///     .with_scope(write.clone(), "Push to repositories")
///     .with_scope(admin.clone(), "Do everything")
///     .with_implication(write.clone(), read)
///     .with_implication(admin, write)
///     .build()?;
/// assert_eq!(catalog.close(&"admin".parse()?).to_string(), "admin repo:read repo:write");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct ScopeCatalogBuilder {
    declared: Vec<(Scope, String)>,
    implications: Vec<(Scope, Scope)>,
}

impl ScopeCatalogBuilder {
    /// Declares a scope. The description is shown to people who choose scopes for a token; white space around it is
    /// dropped.
    pub fn with_scope(mut self, scope: Scope, description: impl Into<String>) -> Self {
        self.declared.push((scope, description.into()));
        self
    }

    /// Says that whoever has `scope` has `implied` too, and all that this implies. Both are declared, before or after.
    /// To say it again changes nothing.
    pub fn with_implication(mut self, scope: Scope, implied: Scope) -> Self {
        self.implications.push((scope, implied));
        self
    }

    /// The catalogue.
    ///
    /// # Errors
    ///
    /// If a scope is declared twice, if an implication names one that is not declared, or if a scope implies itself,
    /// directly or through others.
    pub fn build(self) -> Result<ScopeCatalog, InvalidCatalog> {
        let scopes: ScopeSet = self.declared.iter().map(|(scope, _)| scope.clone()).collect();
        let mut descriptions = vec![None; scopes.len()];
        let mut order = Vec::with_capacity(scopes.len());
        for (scope, description) in self.declared {
            let place = place(&scopes, &scope)?;
            if descriptions[place].replace(Box::from(description.trim())).is_some() {
                return Err(InvalidCatalog::new(InvalidCatalogKind::Duplicate, scope));
            }
            order.push(place);
        }
        let implications = implications(&scopes, &self.implications)?;
        let descriptions = descriptions.into_iter().flatten().collect();
        Ok(ScopeCatalog::from_parts(scopes, descriptions, implications, order.into()))
    }
}

fn implications(scopes: &ScopeSet, named: &[(Scope, Scope)]) -> Result<Implications, InvalidCatalog> {
    let mut direct = vec![Vec::new(); scopes.len()];
    for (scope, implied) in named {
        direct[place(scopes, scope)?].push(place(scopes, implied)?);
    }
    for implied in &mut direct {
        implied.sort_unstable();
        implied.dedup();
    }
    Implications::new(direct)
        .map_err(|place| InvalidCatalog::new(InvalidCatalogKind::Circle, scopes.as_slice()[place].clone()))
}

fn place(scopes: &ScopeSet, scope: &Scope) -> Result<usize, InvalidCatalog> {
    let undeclared = || InvalidCatalog::new(InvalidCatalogKind::Undeclared, scope.clone());
    scopes.place(scope.as_str()).ok_or_else(undeclared)
}

#[cfg(test)]
mod tests {
    use super::{InvalidCatalogKind, Scope, ScopeCatalog};

    fn built(
        declared: &str,
        implications: &[(&'static str, &'static str)],
    ) -> Result<(), (InvalidCatalogKind, String)> {
        let mut builder = ScopeCatalog::builder();
        for scope in declared.split(' ') {
            builder = builder.with_scope(Scope::parse(scope).unwrap(), "");
        }
        for &(scope, implied) in implications {
            builder = builder.with_implication(Scope::from_static(scope), Scope::from_static(implied));
        }
        builder.build().map(drop).map_err(|error| (error.kind(), error.scope().to_string()))
    }

    #[test]
    fn scope_declared_twice_is_refused() {
        assert_eq!(built("b a b", &[]), Err((InvalidCatalogKind::Duplicate, "b".to_owned())));
        assert_eq!(built("a b A", &[]), Ok(()));
    }

    #[test]
    fn implication_with_an_undeclared_end_is_refused() {
        assert_eq!(built("a", &[("a", "b")]), Err((InvalidCatalogKind::Undeclared, "b".to_owned())));
        assert_eq!(built("a", &[("b", "a")]), Err((InvalidCatalogKind::Undeclared, "b".to_owned())));
        assert_eq!(built("ab", &[("a", "ab")]), Err((InvalidCatalogKind::Undeclared, "a".to_owned())));
    }

    #[test]
    fn circle_is_refused() {
        for (implications, on_it) in [
            (&[("a", "a")][..], "a"),
            (&[("b", "c"), ("c", "b")], "b"),
            (&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")], "b"),
        ] {
            assert_eq!(built("a b c d", implications), Err((InvalidCatalogKind::Circle, on_it.to_owned())));
        }
    }

    #[test]
    fn implication_said_twice_is_no_mistake() {
        assert_eq!(built("a b", &[("a", "b"), ("a", "b")]), Ok(()));
    }
}
