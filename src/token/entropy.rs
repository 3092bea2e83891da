use std::error::Error;
use std::fmt;

/// Where randomness comes from.
///
/// ```
/// use tower_pat::token::{Entropy, EntropyError};
///
/// /// For a test that wants the same token every time; never for a service.
/// #[derive(Debug)]
/// struct Constant(u8);
///
/// impl Entropy for Constant {
///     fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
///         bytes.fill(self.0);
///         Ok(())
///     }
/// }
/// ```
pub trait Entropy: fmt::Debug + Send + Sync + 'static {
    /// Fills the whole slice with random bytes.
    ///
    /// # Errors
    ///
    /// When the generator cannot answer; the slice then holds nothing to be relied upon.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The generator of the operating system.
///
/// ```
/// use tower_pat::token::{Entropy, OsEntropy};
///
/// let mut bytes = [0; 32];
/// OsEntropy.fill(&mut bytes)?;
/// assert_ne!(bytes, [0; 32]);
/// # Ok::<(), tower_pat::token::EntropyError>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(EntropyError::new)
    }
}

/// The generator could not answer.
///
/// ```
/// use std::error::Error;
/// use tower_pat::token::EntropyError;
///
/// let error = EntropyError::new(std::io::Error::other("the device is gone"));
/// assert_eq!(error.to_string(), "the random generator could not answer");
/// assert_eq!(error.source().expect("a source").to_string(), "the device is gone");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the random generator could not answer")]
pub struct EntropyError {
    source: Box<dyn Error + Send + Sync>,
}

impl EntropyError {
    /// Wraps what the generator said.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}
