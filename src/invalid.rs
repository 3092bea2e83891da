//! The one error of everything that is parsed into a value of this crate.

/// A text that is not what it was read as.
///
/// The message says what shape is asked for and never repeats the text, which may hold a secret.
///
/// ```
/// use tower_pat::invalid::InvalidValueKind;
/// use tower_pat::scope::Scope;
///
/// let error = Scope::parse("two words").unwrap_err();
/// assert_eq!(error.kind(), InvalidValueKind::Scope);
/// assert!(!error.to_string().contains("two words"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct InvalidValue {
    kind: InvalidValueKind,
}

impl InvalidValue {
    pub(crate) fn new(kind: InvalidValueKind) -> Self {
        Self { kind }
    }

    /// What the text was read as.
    #[must_use]
    pub fn kind(&self) -> InvalidValueKind {
        self.kind
    }
}

/// What a refused text was read as.
///
/// Its `Display` form is the message of [`InvalidValue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidValueKind {
    /// A token prefix.
    #[error("a token prefix is 1 to 18 characters of a-z, 0-9 and, between them, _")]
    TokenPrefix,
    /// A token.
    #[error("not a token of this service")]
    Token,
    /// The digest of a token as text.
    #[error("a token digest is 64 hexadecimal digits")]
    TokenDigest,
    /// The prefix of the tokens of another issuer.
    #[error("the prefix of a foreign token is 1 to 64 characters of A-Z, a-z, 0-9, -, ., _, ~, + and /")]
    OpaquePrefix,
    /// The least length of the tokens of another issuer.
    #[error("the least length of a foreign token is 1 to 512 bytes")]
    OpaqueLen,
    /// The hint by which people recognise a token.
    #[error("a token hint is 1 to 32 characters without control characters")]
    TokenHint,
    /// A scope.
    #[error("a scope is 1 to 128 printable ASCII characters without space, \" and \\")]
    Scope,
    /// A list of scopes separated by spaces.
    #[error("scopes are separated by one space each")]
    ScopeSet,
    /// The kind of a resource.
    #[error("a kind of resources is 1 to 64 characters of a-z, 0-9, _ and -, beginning with a letter")]
    ResourceKind,
    /// A resource.
    #[error("a resource is a kind, a colon and 1 to 16 segments separated by /, none of them empty, ., .. or *")]
    Resource,
    /// What a token may be limited to.
    #[error("a token is limited to resources such as repo:acme/site, repo:acme/* or repo:*")]
    ResourcePattern,
    /// A list of what a token may be limited to.
    #[error("what a token is limited to is written one a line")]
    ResourceSet,
    /// The template of a resource.
    #[error("a template is a resource in which whole segments may be parameters such as {{owner}}, each once")]
    ResourceTemplate,
    /// An owner.
    #[error("an owner is 1 to 255 bytes without control characters")]
    Owner,
    /// The name a person gave a token.
    #[error("a name is 1 to 100 characters without control characters, not all of them white space")]
    TokenName,
    /// What a person wrote about a token.
    #[error("a description is 1 to 500 characters without control characters, not all of them white space")]
    Description,
    /// What a host keeps about a token.
    #[error(
        "metadata are a flat object of at most 32 texts: keys of 1 to 64 characters, values of at most 500, 4096 bytes in all"
    )]
    Metadata,
    /// Why a token was revoked.
    #[error("a reason is 1 to 200 characters without control characters, not all of them white space")]
    Reason,
    /// Where a page of a list begins.
    #[error("a cursor is what the page before has given")]
    Cursor,
    /// A word in the audit.
    #[error("no actor and no event that this version knows")]
    Audit,
    /// By what a call that is made again is recognised.
    #[error("an idempotency key is 1 to 255 printable ASCII characters")]
    IdempotencyKey,
    /// The identifier of a token.
    #[error("a token identifier is a UUID")]
    TokenId,
    /// A network from which a token may be used.
    #[error("a network is an IP address, perhaps followed by / and the length of its prefix")]
    Network,
    /// A list of networks separated by spaces.
    #[error("networks are separated by one space each")]
    NetworkSet,
    /// A service that a token is meant for.
    #[error("an audience is 1 to 255 printable ASCII characters without space")]
    Audience,
    /// A list of audiences separated by spaces.
    #[error("audiences are separated by one space each")]
    AudienceSet,
    /// A network of trusted proxies.
    #[error("a network is an IP address, or one with a prefix length and no bits set behind it, such as 10.0.0.0/8")]
    ProxyNetwork,
    /// The realm of a challenge.
    #[error("a realm is 1 to 200 printable ASCII characters or spaces")]
    Realm,
    /// The address of a resource's metadata.
    #[error("the address of a resource's metadata is an http or https URL of at most 2000 bytes")]
    ResourceMetadata,
    /// A colour of the page.
    #[error("a colour is # and six hexadecimal digits")]
    Color,
    /// The identifier of a protected resource.
    #[error("a protected resource is an https URL of at most 2000 bytes without query, fragment, {{ and }}")]
    ProtectedResource,
    /// The name of a query parameter.
    #[error("the name of a query parameter is 1 to 100 letters, digits, - and _")]
    QueryParameter,
}
