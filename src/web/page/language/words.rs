use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::error::{InvalidLanguage, InvalidLanguageKind};

/// A language and its messages. What people have written is never put into a message: templates place it beside, where it
/// is escaped, and isolated from the direction of the text around it.
pub(in crate::web::page) struct Language {
    tag: LanguageIdentifier,
    bundle: FluentBundle<FluentResource>,
}

impl Language {
    pub(super) fn parse(tag: &str, messages: &str) -> Result<Self, InvalidLanguage> {
        let tag: LanguageIdentifier = tag.parse().map_err(|_| InvalidLanguageKind::Tag)?;
        let resource = FluentResource::try_new(messages.to_owned()).map_err(|_| InvalidLanguageKind::Syntax)?;
        let mut bundle = FluentBundle::new_concurrent(vec![tag.clone()]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|_| InvalidLanguageKind::Syntax)?;
        Ok(Self { tag, bundle })
    }

    pub(in crate::web::page) fn tag(&self) -> String {
        self.tag.to_string()
    }

    /// Whether it is of this language, whatever the region.
    pub(super) fn is(&self, tag: &LanguageIdentifier) -> bool {
        self.tag.language == tag.language
    }

    pub(super) fn is_exactly(&self, tag: &LanguageIdentifier) -> bool {
        self.tag == *tag
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// A message.
    pub(in crate::web::page) fn text(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A message that counts something.
    pub(in crate::web::page) fn count(&self, key: &str, count: i64) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("count", count);
        self.format(key, Some(&arguments))
    }

    /// A message with words of this language in it.
    pub(in crate::web::page) fn with(&self, key: &str, words: &[(&'static str, &str)]) -> String {
        let arguments = words.iter().copied().collect();
        self.format(key, Some(&arguments))
    }

    /// A message, if there is one: for what may be called what this version does not know.
    pub(in crate::web::page) fn known(&self, key: &str) -> Option<String> {
        self.has(key).then(|| self.text(key))
    }

    /// A key without a message is shown as it is: a page with a word amiss is better than none.
    fn format(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned()
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Language").field(&self.tag()).finish()
    }
}
