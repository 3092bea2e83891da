use std::error::Error;
use std::fmt;

use async_trait::async_trait;

use crate::record::OwnerId;
use crate::resource::ResourcePattern;

/// What people can pick to limit a token to. There is nothing to pick from unless a host says it; people may write a
/// resource then.
///
/// ```
/// use std::error::Error;
/// use async_trait::async_trait;
/// use tower_pat::record::OwnerId;
/// use tower_pat::resource::ResourcePattern;
/// use tower_pat::web::{ResourceChoice, ResourceChoices};
///
/// #[derive(Debug)]
/// struct Repositories;
///
/// #[async_trait]
/// impl ResourceChoices for Repositories {
///     async fn search(&self, owner: &OwnerId, text: &str) -> Result<Vec<ResourceChoice>, Box<dyn Error + Send + Sync>> {
///         // select … from repositories where … order by … limit 20
///         let site = ResourceChoice::new(ResourcePattern::parse("repo:acme/site")?, "The site of Acme");
///         Ok(vec![site])
///     }
/// }
/// ```
#[async_trait]
pub trait ResourceChoices: fmt::Debug + Send + Sync + 'static {
    /// What an owner may pick that has to do with a text, the best first; what comes to mind first for an empty text.
    /// A few are enough: people write more to find more.
    ///
    /// # Errors
    ///
    /// When they cannot be looked up: the person is told to try again, the error is for the log.
    async fn search(&self, owner: &OwnerId, text: &str) -> Result<Vec<ResourceChoice>, Box<dyn Error + Send + Sync>>;
}

/// Something that a token may be limited to, and what people call it.
///
/// ```
/// use tower_pat::resource::ResourcePattern;
/// use tower_pat::web::ResourceChoice;
///
/// let all = ResourceChoice::new(ResourcePattern::parse("repo:acme/*")?, "All of Acme");
/// assert_eq!(all.label(), "All of Acme");
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceChoice {
    pattern: ResourcePattern,
    label: String,
}

impl ResourceChoice {
    /// A choice.
    #[must_use]
    pub fn new(pattern: ResourcePattern, label: impl Into<String>) -> Self {
        Self { pattern, label: label.into() }
    }

    /// What is picked.
    #[must_use]
    pub fn pattern(&self) -> &ResourcePattern {
        &self.pattern
    }

    /// What people call it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// Nothing to pick from.
#[derive(Debug)]
pub(super) struct NoChoices;

#[async_trait]
impl ResourceChoices for NoChoices {
    async fn search(&self, _: &OwnerId, _: &str) -> Result<Vec<ResourceChoice>, Box<dyn Error + Send + Sync>> {
        Ok(Vec::new())
    }
}
