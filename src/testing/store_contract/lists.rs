//! Lists: what is in them, in which order, page by page.

use std::collections::BTreeSet;

use super::make::{Numbers, at, given, id, keep, listed, name, owner, record, stamp};
use crate::record::{PatRecord, PatStatus};
use crate::scope::Scope;
use crate::store::{Cursor, Order, PatQuery, PatStore, Selection, Sort, SortKey, Span, StoredPat, Use};

const SORTS: [Sort; 4] = [Sort::Creation, Sort::Expiry, Sort::LastUse, Sort::Name];
const STATES: [PatStatus; 7] = [
    PatStatus::Active,
    PatStatus::NotYetValid,
    PatStatus::Expired,
    PatStatus::Paused,
    PatStatus::OwnerDisabled,
    PatStatus::Rotated,
    PatStatus::Revoked,
];

fn orders() -> impl Iterator<Item = Order> {
    SORTS.into_iter().flat_map(|sort| [Order::ascending(sort), Order::descending(sort)])
}

fn query() -> PatQuery {
    PatQuery::default()
}

pub(super) async fn list_is_in_its_order_and_what_has_no_value_comes_last(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &record(2).with_creation(at(-5)).with_expiry(at(50)).with_name(name("beta"))).await;
    keep(store, &record(3).with_creation(at(300)).with_expiry(at(30)).with_name(name("Alpha"))).await;
    keep(store, &record(4).with_creation(at(100)).with_expiry(at(30)).with_name(name("ALPHA"))).await;
    keep(store, &record(5).with_creation(at(100)).with_name(name("äther"))).await;
    given(store.record_uses(&[Use::new(id(2), at(1)), Use::new(id(4), at(2))]).await, "record_uses");
    assert_eq!(listed(store, &query()).await, [3, 5, 4, 2, 1], "without an order the newest come first");
    for (order, expected) in [
        (Order::ascending(Sort::Creation), [2, 4, 5, 3, 1]),
        (Order::ascending(Sort::Expiry), [3, 4, 2, 1, 5]),
        (Order::descending(Sort::Expiry), [2, 4, 3, 5, 1]),
        (Order::ascending(Sort::LastUse), [2, 4, 1, 3, 5]),
        (Order::descending(Sort::LastUse), [4, 2, 5, 3, 1]),
        (Order::ascending(Sort::Name), [3, 4, 2, 5, 1]),
        (Order::descending(Sort::Name), [5, 2, 4, 3, 1]),
    ] {
        assert_eq!(listed(store, &query().with_order(order)).await, expected, "{order:?}");
    }
}

/// Fifty records with few different values, and some without.
async fn fill(store: &dyn PatStore) {
    let mut numbers = Numbers(7);
    for number in 1..=50 {
        let owner = if numbers.below(4) == 0 { owner("bob") } else { owner("alice") };
        let mut kept = PatRecord::new(id(number), owner)
            .with_creation(numbers.instant())
            .with_expiry(numbers.instant())
            .with_not_before(numbers.instant())
            .with_replacement(numbers.instant().filter(|_| number % 4 == 0))
            .with_retirement(numbers.instant().filter(|_| number % 3 == 0))
            .with_pause(numbers.instant().filter(|_| number % 5 == 0))
            .with_revocation(numbers.instant().filter(|_| number % 7 == 0));
        if numbers.below(3) > 0 {
            kept = kept.with_name(name(numbers.one_of(&["alpha", "Beta", "BETA", "gamma"])));
        }
        keep(store, &kept).await;
        let uses: Vec<_> = numbers.instant().map(|instant| Use::new(id(number), instant)).into_iter().collect();
        given(store.record_uses(&uses).await, "record_uses");
    }
}

/// All pages, one after the other, each cursor taken through its text.
async fn paged(store: &dyn PatStore, query: &PatQuery) -> Vec<StoredPat> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let page = given(store.list(&query.clone().with_cursor(next)).await, "list");
        assert!(page.items().len() <= query.size(), "a page has no more records than were asked for");
        all.extend_from_slice(page.items());
        assert!(all.len() <= 1_000, "following the cursors should come to an end");
        next = page.next().map(|cursor| cursor.to_string().parse::<Cursor>().expect("a cursor reads back"));
        if next.is_none() {
            return all;
        }
        assert_eq!(page.items().len(), query.size(), "a page that is not the last is full");
    }
}

pub(super) async fn pages_hold_each_record_once_in_every_order(store: &dyn PatStore) {
    fill(store).await;
    for order in orders() {
        let whole = given(store.list(&query().with_order(order).with_size(100)).await, "list").items().to_vec();
        assert_eq!(whole.len(), 50, "a page of 100 holds all 50 records");
        assert_sorted(&whole, order);
        for size in [1, 7, 49, 50] {
            let paged = paged(store, &query().with_order(order).with_size(size)).await;
            assert_eq!(ids(&paged), ids(&whole), "pages of {size} hold what one page holds, {order:?}");
        }
        let of_alice = query().with_owner(owner("alice")).with_order(order);
        let expected: Vec<_> =
            whole.iter().filter(|stored| stored.record().owner() == &owner("alice")).cloned().collect();
        assert_eq!(ids(&paged(store, &of_alice.with_size(4)).await), ids(&expected), "of one owner, {order:?}");
    }
}

fn ids(stored: &[StoredPat]) -> Vec<u128> {
    stored.iter().map(|stored| stored.record().id().as_uuid().as_u128()).collect()
}

fn assert_sorted(stored: &[StoredPat], order: Order) {
    for pair in stored.windows(2) {
        let [one, other] = [&pair[0], &pair[1]].map(|stored| (SortKey::of(stored, order.sort()), stored.record().id()));
        let follows = match (&one.0, &other.0) {
            (SortKey::None, SortKey::None) => (one.1 < other.1) != order.is_descending(),
            (SortKey::None, _) => false,
            (_, SortKey::None) => true,
            _ => (one < other) != order.is_descending(),
        };
        assert!(follows, "{order:?}: {other:?} should not follow {one:?}");
    }
}

pub(super) async fn pages_go_on_when_records_come_and_go(store: &dyn PatStore) {
    for number in 1..=6 {
        let second = i64::try_from(number).expect("a small number");
        keep(store, &record(number).with_creation(at(second)).with_expiry(at(1))).await;
    }
    let first = given(store.list(&query().with_size(2)).await, "list");
    assert_eq!(ids(first.items()), [6, 5]);
    // Newer than all, older than where the page ended, and the very record that it ended with.
    keep(store, &record(7).with_creation(at(70))).await;
    keep(store, &record(8).with_creation(at(0))).await;
    given(store.prune(at(2), 100, &stamp(3)).await, "prune");
    for number in 1..=4 {
        let second = i64::try_from(number).expect("a small number");
        keep(store, &record(number).with_creation(at(second))).await;
    }
    let rest = query().with_size(100).with_cursor(first.next().cloned());
    assert_eq!(listed(store, &rest).await, [4, 3, 2, 1, 8], "the page begins where the one before ended");
}

pub(super) async fn states_in_a_list_are_those_that_the_record_has(store: &dyn PatStore) {
    fill(store).await;
    given(store.set_owner_disabled(&owner("bob"), true, &stamp(1)).await, "set_owner_disabled");
    for second in [-601, -200, -100, 0, 100, 200, 301] {
        let all = paged(store, &query().with_size(100)).await;
        for states in [
            &STATES[..1],
            &STATES[1..2],
            &STATES[2..3],
            &STATES[3..4],
            &STATES[4..5],
            &STATES[5..6],
            &STATES[6..],
            &STATES[2..5],
            &[],
        ] {
            let wanted = query().with_states(states.iter().copied(), at(second)).with_size(100);
            let expected: BTreeSet<_> = all
                .iter()
                .map(StoredPat::record)
                .filter(|record| states.contains(&record.status_at(at(second))))
                .map(|record| record.id().as_uuid().as_u128())
                .collect();
            let found: BTreeSet<_> = listed(store, &wanted).await.into_iter().collect();
            assert_eq!(found, expected, "records that are worth {states:?} at {second}, by PatRecord::status_at");
        }
    }
}

pub(super) async fn each_filter_leaves_what_it_names(store: &dyn PatStore) {
    let scoped = |number, text: &str| record(number).with_scopes(text.parse().expect("scopes"));
    keep(store, &scoped(1, "repo:read").with_name(name("Nightly Build")).with_creation(at(10)).with_expiry(at(100)))
        .await;
    keep(store, &scoped(2, "repo:read repo:write").with_name(name("BUILD äÖ")).with_creation(at(20))).await;
    keep(store, &scoped(3, "repo:readonly xrepo:read").with_family(id(1).into()).with_expiry(at(200))).await;
    keep(store, &PatRecord::new(id(4), owner("bob")).with_creation(at(20))).await;
    given(store.record_uses(&[Use::new(id(1), at(30)), Use::new(id(3), at(40))]).await, "record_uses");
    let scope = |text: &str| Scope::parse(text).expect("a scope");
    let (from, to) = (|second| Span::default().with_start(at(second)), |second| Span::default().with_end(at(second)));
    for (wanted, expected, why) in [
        (query(), &[4, 2, 1, 3][..], "without a filter"),
        (query().with_owner(owner("bob")), &[4], "the owner"),
        (query().with_name_part("build"), &[2, 1], "a part of the name, whatever its case"),
        (query().with_name_part("ÄÖ"), &[2], "letters beyond ASCII, whatever their case"),
        (query().with_name_part("LY B"), &[1], "a part with a space"),
        (query().with_scope(scope("repo:read")), &[2, 1], "a whole scope, not a part of one"),
        (query().with_scope(scope("REPO:READ")), &[], "scopes to the letter"),
        (query().with_family(crate::record::FamilyId::from(id(1))), &[1, 3], "the family"),
        (query().with_created(from(20)), &[4, 2], "made at an instant or later"),
        (query().with_created(to(20)), &[1], "made before an instant, which excludes it"),
        (query().with_created(from(10).with_end(at(20))), &[1], "made between instants"),
        (query().with_expiring(to(150)), &[1], "expiring before an instant"),
        (query().with_expiring(from(150)), &[3], "expiring later"),
        (query().with_last_used(to(40)), &[1], "last used before an instant"),
        (query().with_last_used(from(40)), &[3], "last used later"),
        (query().with_unused(true), &[4, 2], "never used"),
        (query().with_scope(scope("repo:read")).with_unused(true), &[2], "two filters"),
        (
            query().with_name_part("build").with_created(from(20)).with_order(Order::ascending(Sort::Name)),
            &[2],
            "and an order",
        ),
    ] {
        assert_eq!(listed(store, &wanted).await, expected, "{why}");
    }
}

pub(super) async fn letters_in_a_name_part_mean_themselves(store: &dyn PatStore) {
    let names = ["100% sure", "snake_case", "back\\slash", "quote'd", "[a-z]*", "1000 sure"];
    for (number, text) in (1..).zip(names) {
        keep(store, &record(number).with_name(name(text))).await;
    }
    for (part, expected) in [
        ("0%", &[1][..]),
        ("e_c", &[2]),
        ("\\", &[3]),
        ("'", &[4]),
        ("[a-z]", &[5]),
        ("*", &[5]),
        ("_", &[2]),
        ("%%", &[]),
    ] {
        assert_eq!(listed(store, &query().with_name_part(part)).await, expected, "names with {part} in them");
    }
}

pub(super) async fn list_holds_the_records_of_one_owner_to_the_letter(store: &dyn PatStore) {
    for (number, name) in (1..).zip(["alice", "Alice", "alice ", "ali", "%", "álice"]) {
        keep(store, &PatRecord::new(id(number), owner(name))).await;
    }
    for (name, expected) in [("alice", &[1][..]), ("Alice", &[2]), ("alice ", &[3]), ("%", &[5]), ("a%", &[])] {
        assert_eq!(listed(store, &query().with_owner(owner(name))).await, expected, "the records of {name:?}");
    }
}

pub(super) async fn list_holds_revoked_and_expired_records(store: &dyn PatStore) {
    keep(store, &record(1).with_expiry(at(-1))).await;
    keep(store, &record(2)).await;
    given(store.revoke_some(&Selection::all().with_token(id(2)), None, &stamp(0)).await, "revoke_some");
    assert_eq!(listed(store, &query()).await, [2, 1], "a store decides nothing about validity");
}
