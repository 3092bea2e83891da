use std::net::IpAddr;
use std::sync::Arc;

use http::request::Parts;

use super::problem::Problem;
use super::resources::{NoChoices, ResourceChoice, ResourceChoices};
use crate::client::ClientAddrSource;
use crate::manager::PatManager;
use crate::record::OwnerId;

/// What every handler of the wing works with. It is in the extensions of each request, whatever state the host has.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    manager: PatManager,
    clients: Option<Arc<dyn ClientAddrSource>>,
    choices: Arc<dyn ResourceChoices>,
}

impl Desk {
    pub(super) fn new(manager: PatManager) -> Self {
        Self { manager, clients: None, choices: Arc::new(NoChoices) }
    }

    pub(super) fn with_client_addr(mut self, source: impl ClientAddrSource) -> Self {
        self.clients = Some(Arc::new(source));
        self
    }

    pub(super) fn with_resources(mut self, choices: impl ResourceChoices) -> Self {
        self.choices = Arc::new(choices);
        self
    }

    pub(super) fn manager(&self) -> &PatManager {
        &self.manager
    }

    /// From where a request comes, if the host has said how that is known.
    pub(super) fn client(&self, parts: &Parts) -> Option<IpAddr> {
        self.clients.as_ref()?.client_addr(&parts.headers, &parts.extensions)
    }

    /// What an owner may pick.
    pub(super) async fn choices(&self, owner: &OwnerId, text: &str) -> Result<Vec<ResourceChoice>, Problem> {
        self.choices.search(owner, text).await.map_err(|error| Problem::unavailable(&*error))
    }
}
