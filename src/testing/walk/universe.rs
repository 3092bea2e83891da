use crate::requirement::{Access, Requirement};
use crate::routing::{RouteEntry, RouteTable};
use crate::scope::{Scope, ScopeCatalog, ScopeSet};

/// All scopes that a token of the walk may have.
#[derive(Debug)]
pub(super) struct Universe {
    scopes: ScopeSet,
    catalog: Option<ScopeCatalog>,
}

impl Universe {
    /// Those that the routes name, and those of the catalogue.
    pub(super) fn new(table: &RouteTable, catalog: Option<ScopeCatalog>) -> Self {
        let requirements = table.iter().map(RouteEntry::access).filter_map(Access::requirement);
        let named: Vec<_> = requirements.map(Requirement::named_scopes).collect();
        let known = catalog.as_ref().map(ScopeCatalog::scopes).unwrap_or_default();
        let scopes = named.iter().flatten().chain(&known).cloned().collect();
        Self { scopes, catalog }
    }

    pub(super) fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// What scopes amount to.
    pub(super) fn close(&self, scopes: &ScopeSet) -> ScopeSet {
        self.catalog.as_ref().map_or_else(|| scopes.clone(), |catalog| catalog.close(scopes))
    }

    /// All scopes but these and those that imply one of them.
    pub(super) fn without(&self, lacking: &ScopeSet) -> ScopeSet {
        let amounts_to_one = |scope: &&Scope| {
            let alone = [(*scope).clone()].into_iter().collect();
            lacking.contains(scope) || self.close(&alone).iter().any(|implied| lacking.contains(implied))
        };
        self.scopes.iter().filter(|scope| !amounts_to_one(scope)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Universe;
    use crate::routing::RouteTable;
    use crate::scope::{DeclaredScope, ScopeCatalog};

    #[test]
    fn who_lacks_a_scope_lacks_what_implies_it() {
        let catalog = ScopeCatalog::declared(&[
            DeclaredScope::new(0, "read", "", &[]),
            DeclaredScope::new(1, "write", "", &["read"]),
            DeclaredScope::new(2, "admin", "", &["write"]),
            DeclaredScope::new(3, "other", "", &[]),
        ]);
        let universe = Universe::new(&RouteTable::default(), Some(catalog.unwrap()));
        for (lacking, left) in
            [("", "admin other read write"), ("read", "other"), ("write", "other read"), ("admin", "other read write")]
        {
            assert_eq!(universe.without(&lacking.parse().unwrap()).to_string(), left, "{lacking}");
        }
    }
}
