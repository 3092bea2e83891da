use std::sync::Arc;

use jiff::Timestamp;

use super::when::When;
use crate::web::asker::Person;
use crate::web::page::house::House;
use crate::web::page::language::Language;

/// What all pages have: the settings of the host, the language, the header.
#[derive(Debug, Clone)]
pub(in crate::web::page) struct Frame {
    house: Arc<House>,
    words: Arc<Language>,
    base: String,
    path: String,
    person: Option<String>,
    owner: Option<String>,
    is_administrator: bool,
}

impl Frame {
    /// `wanted` is what a browser asks for in `Accept-Language`, `base` the path under which the page is nested.
    pub(in crate::web::page) fn new(house: &Arc<House>, wanted: &str, base: String) -> Self {
        let (house, words) = (Arc::clone(house), house.languages().choose(wanted));
        Self { house, words, base, path: String::new(), person: None, owner: None, is_administrator: false }
    }

    pub(in crate::web::page) fn with_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub(in crate::web::page) fn with_person(mut self, person: Option<&Person>) -> Self {
        self.person = person.map(|person| person.name().to_owned());
        self.owner = person.map(|person| person.owner().to_string());
        self.is_administrator = person.is_some_and(Person::is_administrator);
        self
    }

    pub(in crate::web::page) fn house(&self) -> &House {
        &self.house
    }

    pub(in crate::web::page) fn words(&self) -> &Language {
        &self.words
    }

    /// The address of a page, by its path below the root of all.
    pub(in crate::web::page) fn href(&self, path: &str) -> String {
        match (self.base.as_str(), path) {
            ("", "") => "/".to_owned(),
            (base, path) => format!("{base}{path}"),
        }
    }

    /// Where people sign in who want to come back to this page.
    pub(in crate::web::page) fn sign_in(&self) -> Option<String> {
        self.house.sign_in(&self.path)
    }

    pub(in crate::web::page) fn when(&self, now: Timestamp, instant: Timestamp) -> When {
        When::new(&self.words, now, instant)
    }

    /// Whether somebody is the person who looks.
    pub(super) fn is_self(&self, owner: &str) -> bool {
        self.owner.as_deref() == Some(owner)
    }

    pub(super) fn is_administrator(&self) -> bool {
        self.is_administrator
    }

    pub(super) fn person(&self) -> Option<&str> {
        self.person.as_deref()
    }

    pub(super) fn t(&self, key: &str) -> String {
        self.words.text(key)
    }

    pub(super) fn n(&self, key: &str, count: usize) -> String {
        self.words.count(key, i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub(super) fn lang(&self) -> String {
        self.words.tag()
    }

    pub(super) fn title(&self) -> Option<&str> {
        self.house.look().title.as_deref()
    }

    pub(super) fn home(&self) -> Option<(&str, &str)> {
        self.house.look().home.as_ref().map(|(path, label)| (path.as_str(), label.as_str()))
    }

    pub(super) fn style(&self) -> String {
        self.asset(&self.house.assets().style)
    }

    pub(super) fn script(&self) -> String {
        self.asset(&self.house.assets().script)
    }

    pub(super) fn icon(&self) -> String {
        self.asset(&self.house.assets().icon)
    }

    pub(super) fn logo(&self) -> Option<String> {
        let own = self.house.assets().logo.as_deref().map(|name| self.asset(name));
        own.or_else(|| self.house.look().logo_path().map(str::to_owned))
    }

    fn asset(&self, name: &str) -> String {
        self.href(&format!("/assets/{name}"))
    }
}
