use std::error::Error;

use tower_pat::record::OwnerId;
use tower_pat::store::{Cursor, Order, PatQuery, PatStore, Sort};

use crate::random::Seeded;

/// Pages of 50 that are asked for.
pub(super) struct Pages {
    /// Owners with a hundred tokens or so.
    owners: Vec<OwnerId>,
    pages: Vec<Page>,
}

struct Page {
    key: &'static str,
    name: &'static str,
    /// Without an owner: each time that of another.
    query: PatQuery,
    is_of_one: bool,
}

/// How many pages come before a deep one.
const DEEP: usize = 100;

impl Pages {
    pub(super) async fn of(store: &dyn PatStore) -> Result<Self, Box<dyn Error>> {
        // Each hundredth has none: those are `big`'s.
        let owners = (1..=50).map(|number| OwnerId::parse(&format!("user {number}"))).collect::<Result<Vec<_>, _>>()?;
        let big = || PatQuery::default().with_owner(OwnerId::parse("big").ok());
        let all = PatQuery::default;
        let sorted = |sort| all().with_order(Order::ascending(sort));
        let deep = (deep(store, big()).await?, deep(store, all()).await?);
        let page = |key, name, query, is_of_one| Page { key, name, query, is_of_one };
        let pages = vec![
            page("page", "page of 50 of an owner with 100, the newest", all(), true),
            page("page_expiry", "the same, by expiry", sorted(Sort::Expiry), true),
            page("page_last_use", "the same, by last use", sorted(Sort::LastUse), true),
            page("page_name", "the same, by name", sorted(Sort::Name), true),
            page("page_big", "page of 50 of an owner with a hundredth of all, the newest", big(), false),
            page("page_big_deep", "the same, a hundred pages on", deep.0, false),
            page("page_all", "page of 50 of all, by name", sorted(Sort::Name), false),
            page("page_all_deep", "page of 50 of all, the newest, a hundred pages on", deep.1, false),
        ];
        Ok(Self { owners, pages })
    }

    pub(super) fn len(&self) -> usize {
        self.pages.len()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.pages.iter().map(|page| (page.key, page.name))
    }

    /// One with a hundred tokens or so.
    pub(super) fn owner(&self, random: &Seeded) -> &OwnerId {
        &self.owners[random.below(self.owners.len())]
    }

    pub(super) async fn ask(&self, store: &dyn PatStore, number: usize, random: &Seeded) -> Result<(), Box<dyn Error>> {
        let Page { query, is_of_one, .. } = &self.pages[number];
        let query = if *is_of_one { query.clone().with_owner(self.owner(random).clone()) } else { query.clone() };
        let page = store.list(&query).await?;
        if page.items().is_empty() {
            return Err("a page has records".into());
        }
        Ok(())
    }
}

/// The place so many pages on; the last one of those that are there.
async fn deep(store: &dyn PatStore, query: PatQuery) -> Result<PatQuery, Box<dyn Error>> {
    let mut cursor: Option<Cursor> = None;
    for _ in 0..DEEP {
        let page = store.list(&query.clone().with_cursor(cursor.clone())).await?;
        match page.next() {
            Some(next) => cursor = Some(next.clone()),
            None => break,
        }
    }
    Ok(query.with_cursor(cursor))
}
