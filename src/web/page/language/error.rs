/// Messages that the page cannot be shown with.
///
/// ```
/// use tower_pat::web::InvalidLanguageKind;
/// # use tower_pat::web::PageBuilder;
///
/// # fn example<O>(page: PageBuilder<O>) {
/// let error = page.with_messages("de", "list-title = Zugriffstoken").unwrap_err();
/// assert!(matches!(error.kind(), InvalidLanguageKind::Incomplete(_)));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct InvalidLanguage {
    kind: InvalidLanguageKind,
}

impl InvalidLanguage {
    /// What is wrong with them.
    #[must_use]
    pub fn kind(&self) -> &InvalidLanguageKind {
        &self.kind
    }
}

impl From<InvalidLanguageKind> for InvalidLanguage {
    fn from(kind: InvalidLanguageKind) -> Self {
        Self { kind }
    }
}

/// What is wrong with messages. Its `Display` form is the message of [`InvalidLanguage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLanguageKind {
    /// The language is not named by a tag such as `de` or `pt-BR` (BCP 47).
    #[error("a language is named by a tag such as de or pt-BR")]
    Tag,
    /// The messages are not written in Fluent.
    #[error("the messages are not written in Fluent")]
    Syntax,
    /// A message is missing, the one of this name.
    #[error("the message {0} is missing")]
    Incomplete(String),
    /// There are no messages in this language.
    #[error("there are no messages in this language")]
    Unknown,
}
