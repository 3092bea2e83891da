use askama::Template;

use super::frame::Frame;
use super::pat::PatView;
use crate::web::page::form::Filter;

/// The list of somebody's tokens.
#[derive(Template)]
#[template(path = "list.html")]
pub(in crate::web::page) struct ListPage<'a> {
    frame: &'a Frame,
    items: Vec<PatView>,
    filter: Filter,
    name: String,
    owner: Option<String>,
    next: Option<String>,
    is_first: bool,
}

impl<'a> ListPage<'a> {
    pub(in crate::web::page) fn new(frame: &'a Frame, items: Vec<PatView>) -> Self {
        let name = String::new();
        Self { frame, items, filter: Filter::Current, name, owner: None, next: None, is_first: true }
    }

    pub(in crate::web::page) fn with_filter(mut self, filter: Filter, name: &str) -> Self {
        self.filter = filter;
        name.clone_into(&mut self.name);
        self
    }

    /// Whose tokens they are, if they are another's.
    pub(in crate::web::page) fn with_owner(mut self, owner: Option<String>) -> Self {
        self.owner = owner;
        self
    }

    /// Where the next page begins.
    pub(in crate::web::page) fn with_next(mut self, cursor: Option<String>) -> Self {
        self.next = cursor;
        self
    }

    pub(in crate::web::page) fn with_first(mut self, is_first: bool) -> Self {
        self.is_first = is_first;
        self
    }

    /// The filters with what they are called, and whether each is chosen.
    fn filters(&self) -> Vec<(&'static str, String, bool)> {
        let words = self.frame.words();
        let filter =
            |filter: Filter| (filter.word(), words.text(&format!("filter-{}", filter.word())), filter == self.filter);
        Filter::ALL.into_iter().map(filter).collect()
    }

    /// Whether nothing narrows the list.
    fn is_plain(&self) -> bool {
        self.filter == Filter::Current && self.name.is_empty() && self.is_first
    }

    /// The list with a cursor, or from its beginning.
    fn page_href(&self, cursor: Option<&str>) -> String {
        let mut fields = form_urlencoded::Serializer::new(String::new());
        fields.append_pair("show", self.filter.word());
        let others = [("name", Some(self.name.as_str())), ("owner", self.owner.as_deref()), ("after", cursor)];
        for (name, value) in others {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                fields.append_pair(name, value);
            }
        }
        format!("{}?{}", self.frame.href(""), fields.finish())
    }
}
