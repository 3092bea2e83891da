use std::sync::Arc;

use unic_langid::LanguageIdentifier;

use super::accepted::accepted;
use super::error::{InvalidLanguage, InvalidLanguageKind};
use super::words::Language;

/// The messages of each language. Another language is another file, and a line here.
const FILES: &[(&str, &str)] = &[("en", include_str!("messages/en.ftl")), ("fr", include_str!("messages/fr.ftl"))];

/// The languages that the page can be read in; the first is for those who read none of them.
#[derive(Debug, Clone)]
pub(in crate::web::page) struct Languages {
    known: Vec<Arc<Language>>,
    only: Option<Arc<Language>>,
}

impl Languages {
    /// Adds a language, in place of the messages that there were in it.
    pub(in crate::web::page) fn add(&mut self, tag: &str, messages: &str) -> Result<(), InvalidLanguage> {
        let language = Language::parse(tag, messages)?;
        let missing = keys(FILES[0].1).find(|key| !language.has(key)).map(str::to_owned);
        if let Some(key) = missing {
            return Err(InvalidLanguageKind::Incomplete(key).into());
        }
        let language = Arc::new(language);
        match self.known.iter_mut().find(|known| known.tag() == language.tag()) {
            Some(known) => *known = language,
            None => self.known.push(language),
        }
        Ok(())
    }

    /// Has the page be in one language, whatever people ask for.
    pub(in crate::web::page) fn keep_to(&mut self, tag: &str) -> Result<(), InvalidLanguage> {
        let tag = tag.parse().map_err(|_| InvalidLanguageKind::Tag)?;
        self.only = Some(self.find(&tag).ok_or(InvalidLanguageKind::Unknown)?);
        Ok(())
    }

    /// The language for somebody whose browser asks for these, in the form of `Accept-Language`.
    pub(in crate::web::page) fn choose(&self, wanted: &str) -> Arc<Language> {
        let chosen = || accepted(wanted).iter().find_map(|tag| self.find(tag));
        self.only.clone().or_else(chosen).unwrap_or_else(|| Arc::clone(&self.known[0]))
    }

    fn find(&self, tag: &LanguageIdentifier) -> Option<Arc<Language>> {
        let exactly = self.known.iter().find(|known| known.is_exactly(tag));
        exactly.or_else(|| self.known.iter().find(|known| known.is(tag))).cloned()
    }
}

impl Default for Languages {
    fn default() -> Self {
        let read = |(tag, messages): &(&str, &str)| Language::parse(tag, messages).expect("a test reads every file");
        Self { known: FILES.iter().map(read).map(Arc::new).collect(), only: None }
    }
}

/// The names of the messages in a file.
fn keys(messages: &str) -> impl Iterator<Item = &str> {
    let is_name = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    messages.lines().filter(is_name).filter_map(|line| line.split_once(" =")).map(|(key, _)| key)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::super::error::InvalidLanguageKind;
    use super::{FILES, Languages, keys};

    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/page");

    /// The names of what a message takes, such as `$count`.
    fn arguments(messages: &str, key: &str) -> BTreeSet<String> {
        let start = messages.find(&format!("\n{key} =")).unwrap();
        let message = &messages[start + 1..];
        let end = message.find("\n\n").into_iter().chain(message.match_indices('\n').find_map(|(at, _)| {
            message[at + 1..].starts_with(|first: char| first.is_ascii_alphabetic()).then_some(at)
        }));
        let message = &message[..end.min().unwrap_or(message.len())];
        let names = message.split('$').skip(1);
        names.map(|name| name.chars().take_while(char::is_ascii_alphabetic).collect()).collect()
    }

    #[test]
    fn each_file_is_a_language_and_all_have_the_same_messages() {
        let folder = Path::new(PAGE).join("language/messages");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let listed: BTreeSet<_> = FILES.iter().map(|(tag, _)| format!("{tag}.ftl")).collect();
        assert_eq!(files.collect::<BTreeSet<_>>(), listed);
        let english: BTreeSet<_> = keys(FILES[0].1).collect();
        assert!(english.len() > 100);
        for (tag, messages) in FILES {
            assert_eq!(keys(messages).collect::<BTreeSet<_>>(), english, "{tag}");
            assert_eq!(keys(messages).count(), english.len(), "{tag} says something twice");
            for key in &english {
                assert_eq!(arguments(messages, key), arguments(FILES[0].1, key), "{tag}: {key}");
            }
            assert!(Languages::default().add(tag, messages).is_ok(), "{tag}");
        }
    }

    /// What a program or a template says, there is; and there is nothing that nobody says.
    #[test]
    fn messages_are_those_that_are_used() {
        let mut said = BTreeSet::new();
        let mut folders = vec![PAGE.into()];
        let mut text = String::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir::<std::path::PathBuf>(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match entry.extension().and_then(|end| end.to_str()) {
                    None => folders.push(entry),
                    Some("rs" | "html") => text += &fs::read_to_string(entry).unwrap(),
                    Some(_) => {}
                }
            }
        }
        for call in ["t(\"", "n(\"", "text(\"", "count(\"", "with(\"", "known(\""] {
            for (at, _) in text.match_indices(call) {
                said.insert(text[at + call.len()..].split('"').next().unwrap());
            }
        }
        let keys: BTreeSet<_> = keys(FILES[0].1).collect();
        // Tests read other texts by functions of like names; those of dates begin with a digit.
        let is_key = |word: &&&str| {
            let begins = word.starts_with(|first: char| first.is_ascii_lowercase());
            begins && word.contains('-') && !word.contains([' ', '{', '/', '.', '\\', '\n'])
        };
        let missing: Vec<_> = said.iter().filter(is_key).filter(|key| !keys.contains(**key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        // Those of a family are put together: `state-` and a word.
        let families = [
            "by-", "state-", "event-", "field-", "problem-", "month-", "fault-", "done-", "filter-", "expiry-", "unit-",
        ];
        let is_of_a_family = |key: &str| families.iter().any(|family| key.starts_with(family));
        let unused: Vec<_> = keys.iter().filter(|key| !said.contains(*key) && !is_of_a_family(key)).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn browsers_get_the_language_they_ask_for_or_english() {
        let languages = Languages::default();
        for (wanted, tag) in [
            ("", "en"),
            ("fr", "fr"),
            ("fr-CA,en;q=0.8", "fr"),
            ("en;q=0.4, fr;q=0.5", "fr"),
            ("de, fr;q=0.2, en;q=0.1", "fr"),
            ("fr;q=0, en", "en"),
            ("de", "en"),
            ("*", "en"),
            ("ça;;q=x,\u{0}", "en"),
        ] {
            assert_eq!(languages.choose(wanted).tag(), tag, "{wanted}");
        }
    }

    #[test]
    fn language_that_is_set_counts_whatever_a_browser_asks_for() {
        let mut languages = Languages::default();
        languages.keep_to("fr-CH").unwrap();
        assert_eq!(languages.choose("en").tag(), "fr");
        assert_eq!(*languages.keep_to("de").unwrap_err().kind(), InvalidLanguageKind::Unknown);
    }

    #[test]
    fn host_adds_a_language_with_one_file_that_lacks_nothing() {
        let mut languages = Languages::default();
        languages.add("de", &FILES[0].1.replace("Access tokens", "Zugriffstoken")).unwrap();
        assert_eq!(languages.choose("de-AT").text("list-title"), "Zugriffstoken");
        let kind = |tag: &str, messages: &str| Languages::default().add(tag, messages).unwrap_err().kind().clone();
        assert_eq!(
            kind("de", &FILES[0].1.replace("\nlist-title", "\nother")),
            InvalidLanguageKind::Incomplete("list-title".to_owned())
        );
        assert_eq!(kind("not a tag", FILES[0].1), InvalidLanguageKind::Tag);
        assert_eq!(kind("de", "= {"), InvalidLanguageKind::Syntax);
    }
}
