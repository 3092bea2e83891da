use std::fmt;

use super::assets::Assets;
use super::language::Languages;
use super::look::Look;
use crate::record::OwnerId;
use crate::web::limit::Limiter;

/// Where people sign in who want to come back to a path.
pub(super) type SignIn = dyn Fn(&str) -> String + Send + Sync;

/// What a host has set, for all requests.
pub(super) struct House {
    look: Look,
    assets: Assets,
    languages: Languages,
    sign_in: Option<Box<SignIn>>,
    example: Option<String>,
    creations: Limiter<OwnerId>,
}

impl House {
    /// `creations` counts how often an owner makes or replaces tokens.
    pub(super) fn new(look: Look, languages: Languages, creations: Limiter<OwnerId>) -> Self {
        Self { assets: look.assets(), look, languages, sign_in: None, example: None, creations }
    }

    pub(super) fn with_sign_in(mut self, address: Option<Box<SignIn>>) -> Self {
        self.sign_in = address;
        self
    }

    pub(super) fn with_example(mut self, address: Option<String>) -> Self {
        self.example = address;
        self
    }

    pub(super) fn look(&self) -> &Look {
        &self.look
    }

    pub(super) fn assets(&self) -> &Assets {
        &self.assets
    }

    pub(super) fn languages(&self) -> &Languages {
        &self.languages
    }

    pub(super) fn creations(&self) -> &Limiter<OwnerId> {
        &self.creations
    }

    /// Where people sign in who want to come back to a path.
    pub(super) fn sign_in(&self, path: &str) -> Option<String> {
        self.sign_in.as_ref().map(|address| address(path))
    }

    /// What the line calls that people are given to try a token.
    pub(super) fn example(&self) -> Option<&str> {
        self.example.as_deref()
    }
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("House").field("look", &self.look).field("languages", &self.languages).finish_non_exhaustive()
    }
}
