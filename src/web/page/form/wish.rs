use jiff::Timestamp;

use super::draft::Draft;
use super::expiry::wanted;
use super::fault::Fault;
use crate::manager::{Edit, NewPat};
use crate::policy::{Lifetime, Policy};
use crate::record::{Description, NetworkSet, TokenName};
use crate::resource::{ResourcePattern, ResourceSet};
use crate::scope::{Scope, ScopeSet};
use crate::store::StoredPat;
use crate::web::page::visit::Visitor;

/// What a form asks for, each part of it being possible.
pub(in crate::web::page) struct Wish {
    name: TokenName,
    description: Option<Description>,
    scopes: ScopeSet,
    /// None if it is to stay.
    lifetime: Option<Lifetime>,
    resources: Option<ResourceSet>,
    networks: Option<NetworkSet>,
}

impl Wish {
    pub(in crate::web::page) fn new_pat(self) -> NewPat {
        let wanted = NewPat::new(self.name)
            .with_description(self.description)
            .with_scopes(self.scopes)
            .with_resources(self.resources)
            .with_networks(self.networks);
        match self.lifetime {
            Some(Lifetime::Endless) => wanted.without_expiry(),
            Some(Lifetime::Until(instant)) => wanted.with_expiry(instant),
            Some(Lifetime::For(lifetime)) => wanted.with_lifetime(lifetime),
            Some(Lifetime::Usual) | None => wanted,
        }
    }

    pub(in crate::web::page) fn edit(self, version: Option<u64>) -> Edit {
        let edit = Edit::default()
            // A form without a version has seen none.
            .with_version(version.unwrap_or_default())
            .with_name(self.name)
            .with_description(self.description)
            .with_scopes(self.scopes)
            .with_resources(self.resources)
            .with_networks(self.networks);
        match self.lifetime {
            Some(lifetime) => edit.with_lifetime(lifetime),
            None => edit,
        }
    }
}

impl Draft {
    /// What is asked for, or all that is wrong with it; `before` is what is edited.
    pub(in crate::web::page) fn wish(&self, visitor: &Visitor, before: Option<&StoredPat>) -> Result<Wish, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = self.read_name().map_err(|fault| faults.push(fault)).ok();
        let description = self.read_description().map_err(|fault| faults.push(fault)).ok();
        let scopes = self.read_scopes(visitor, before).map_err(|fault| faults.push(fault)).ok();
        let rules = (visitor.manager().policy(), scopes.clone().unwrap_or_default(), visitor.now());
        let lifetime = self.read_lifetime(&rules, before.is_some()).map_err(|fault| faults.push(fault)).ok();
        let resources = self.read_resources().map_err(|fault| faults.push(fault)).ok();
        let networks = self.read_networks().map_err(|fault| faults.push(fault)).ok();
        let wish = || {
            let (name, description, scopes) = (name?, description?, scopes?);
            Some(Wish { name, description, scopes, lifetime: lifetime?, resources: resources?, networks: networks? })
        };
        wish().ok_or(faults)
    }

    fn read_name(&self) -> Result<TokenName, Fault> {
        if self.name.trim().is_empty() {
            return Err(Fault::on("name", "fault-name-empty"));
        }
        TokenName::parse(&self.name).map_err(|_| Fault::on("name", "fault-name"))
    }

    fn read_description(&self) -> Result<Option<Description>, Fault> {
        if self.description.trim().is_empty() {
            return Ok(None);
        }
        let description = Description::parse(&self.description);
        description.map(Some).map_err(|_| Fault::on("description", "fault-description"))
    }

    /// Those of the catalogue, and those that the token has.
    fn read_scopes(&self, visitor: &Visitor, before: Option<&StoredPat>) -> Result<ScopeSet, Fault> {
        let fault = Fault::on("scopes", "fault-scopes");
        let scopes: ScopeSet =
            self.scopes.iter().map(|scope| Scope::parse(scope)).collect::<Result<_, _>>().map_err(|_| fault)?;
        let held = before.map(|stored| stored.record().scopes());
        let is_known = |scope: &Scope| {
            visitor.manager().catalog().contains(scope) || held.is_some_and(|held| held.contains(scope))
        };
        if scopes.iter().all(is_known) { Ok(scopes) } else { Err(fault) }
    }

    fn read_lifetime(
        &self,
        (policy, scopes, now): &(&Policy, ScopeSet, Timestamp),
        may_stay: bool,
    ) -> Result<Option<Lifetime>, Fault> {
        if may_stay && self.expiry == "keep" {
            return Ok(None);
        }
        let lifetime = wanted(&self.expiry, &self.date, (policy, scopes, *now));
        let message = if self.expiry == "date" { "fault-date" } else { "fault-expiry-none" };
        let lifetime = lifetime.ok_or(Fault::on("expiry", message))?;
        match policy.expiry(lifetime, scopes, *now) {
            Ok(_) => Ok(Some(lifetime)),
            Err(_) => Err(Fault::on("expiry", "fault-expiry")),
        }
    }

    fn read_resources(&self) -> Result<Option<ResourceSet>, Fault> {
        if !self.is_limited {
            return Ok(None);
        }
        let lines = self.others.lines().map(str::trim).filter(|line| !line.is_empty());
        let all = self.picked.iter().map(String::as_str).chain(lines).map(ResourcePattern::parse);
        let set: ResourceSet = all.collect::<Result<_, _>>().map_err(|_| Fault::on("resources", "fault-resources"))?;
        if set.is_empty() {
            return Err(Fault::on("resources", "fault-resources-none"));
        }
        Ok(Some(set))
    }

    fn read_networks(&self) -> Result<Option<NetworkSet>, Fault> {
        let words: Vec<_> =
            self.networks.split([' ', ',', ';', '\n', '\r', '\t']).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Ok(None);
        }
        let networks = words.join(" ").parse();
        networks.map(Some).map_err(|_| Fault::on("networks", "fault-networks"))
    }
}
