//! What was done, and that it stays when records go.

use super::make::{apply, at, digest, given, id, insertion, is_kept, keep, owner, record, stamp};
use crate::record::{OwnerId, PatRecord, Reason, TokenId};
use crate::resolver::Answer;
use crate::store::{
    ActorId, AuditEvent, AuditKind, Change, Done, EventQuery, FieldChange, PatStore, Selection, Stamp, StoredEvent,
};

async fn events(store: &dyn PatStore, query: &EventQuery) -> Vec<AuditEvent> {
    let page = given(store.events(query).await, "events");
    page.events().iter().map(|stored| stored.event().clone()).collect()
}

pub(super) async fn event_is_kept_with_all_that_is_in_it(store: &dyn PatStore) {
    let actors =
        [ActorId::System, ActorId::Owner(owner("ålice")), ActorId::Administrator(owner("root")), ActorId::Token(id(7))];
    let addresses = [None, Some([192, 0, 2, 1].into()), Some("2001:db8::1".parse().expect("an address")), None];
    let changes = vec![
        FieldChange::new("name", "\"old'\\".to_owned(), "新しい".to_owned()),
        FieldChange::new("expires_at", None, None),
    ];
    let mut kept = Vec::new();
    for (actor, address) in actors.into_iter().zip(addresses) {
        let stamp = Stamp::new(at(-5), actor).with_address(address);
        let event = AuditEvent::new(stamp, AuditKind::Edited, owner("alice"));
        let event = event.with_token(id(1)).with_changes(changes.clone());
        apply(store, Change::default().with_event(event.clone())).await;
        kept.insert(0, event);
    }
    assert_eq!(
        events(store, &EventQuery::default()).await,
        kept,
        "events should be as they were written, the newest first"
    );
}

pub(super) async fn events_come_newest_first_and_page_by_page(store: &dyn PatStore) {
    for number in 1..=10 {
        let owner = if number % 2 == 0 { owner("alice") } else { owner("bob") };
        let event = AuditEvent::new(stamp(-number), AuditKind::Edited, owner);
        let token = id(u128::try_from(number % 3).expect("a small number"));
        apply(store, Change::default().with_event(event.with_token(token))).await;
    }
    let all = given(store.events(&EventQuery::default()).await, "events");
    assert!(
        all.events().is_sorted_by(|newer, older| newer.number() > older.number()),
        "later events have higher numbers"
    );
    let seconds =
        |events: &[AuditEvent]| -> Vec<i64> { events.iter().map(|event| -event.stamp().at().as_second()).collect() };
    for (query, expected) in [
        (EventQuery::default(), &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1][..]),
        (EventQuery::default().with_owner(owner("alice")), &[10, 8, 6, 4, 2]),
        (EventQuery::default().with_token(id(0)), &[9, 6, 3]),
        (EventQuery::default().with_token(id(0)).with_owner(owner("alice")), &[6]),
        (EventQuery::default().with_owner(owner("carol")), &[]),
    ] {
        assert_eq!(seconds(&events(store, &query).await), expected, "{query:?}");
        let (mut paged, mut before) = (Vec::new(), None);
        loop {
            let page = given(store.events(&query.clone().with_size(2).with_before(before)).await, "events");
            paged.extend(page.events().iter().map(|stored| stored.event().clone()));
            before = page.next();
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seconds(&paged), expected, "page by page, {query:?}");
    }
    assert_eq!(all.events().last().map(StoredEvent::number).is_some(), all.next().is_none(), "the last page says so");
}

pub(super) async fn what_is_done_at_one_go_is_noted_for_each_token(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &PatRecord::new(id(2), owner("bob"))).await;
    let stamp = Stamp::new(at(5), ActorId::Administrator(owner("root"))).with_address(Some([192, 0, 2, 1].into()));
    let reason = Reason::parse("laptop stolen").expect("a reason");
    let revoked = given(store.revoke_some(&Selection::all(), Some(&reason), &stamp).await, "revoke_some");
    let later = Stamp::new(at(6), ActorId::System);
    let pruned = given(store.prune(at(6), 10, &later).await, "prune");
    assert_eq!(pruned.touched(), Done::default().touched(), "no mark of what was over is told");
    let noted =
        |kind: AuditKind, token: TokenId, owner: OwnerId| AuditEvent::new(stamp.clone(), kind, owner).with_token(token);
    for (token, owner) in [(id(1), owner("alice")), (id(2), owner("bob"))] {
        let revoked = noted(AuditKind::Revoked, token, owner.clone()).with_reason(Some(&reason));
        let pruned = AuditEvent::new(later.clone(), AuditKind::Pruned, owner).with_token(token);
        let expected = [pruned, revoked];
        assert_eq!(
            events(store, &EventQuery::default().with_token(token)).await,
            expected,
            "with the stamp and the reason"
        );
    }
    let mut told: Vec<_> = revoked.events().iter().chain(pruned.events()).cloned().collect();
    let mut noted = events(store, &EventQuery::default()).await;
    for events in [&mut told, &mut noted] {
        events.sort_by_key(|event| (event.token().map(|token| *token.as_uuid()), event.kind().as_str()));
    }
    assert_eq!(noted, told, "what is noted is told");
    let again = given(store.revoke_some(&Selection::all(), None, &stamp).await, "revoke_some");
    assert_eq!(again, Done::default(), "what finds nothing to do tells nothing");
    given(store.prune(at(6), 10, &later).await, "prune");
    assert_eq!(events(store, &EventQuery::default()).await.len(), 4, "what finds nothing to do notes nothing");
}

pub(super) async fn records_are_removed_once_they_were_over_and_their_events_stay(store: &dyn PatStore) {
    let over = [
        record(1).with_expiry(at(9)),
        record(2).with_replacement(at(3)).with_retirement(at(9)),
        record(3).with_revocation(at(9)).with_expiry(at(500)),
        record(4).with_replacement(at(9)).with_expiry(at(500)),
    ];
    let standing = [
        record(11),
        record(12).with_expiry(at(10)),
        record(13).with_pause(at(1)),
        record(14).with_revocation(at(10)),
        record(15).with_replacement(at(10)),
        record(16).with_replacement(at(5)).with_retirement(at(10)),
    ];
    let change = over
        .into_iter()
        .chain(standing)
        .fold(Change::default(), |change, record| change.with_insertion(insertion(record)));
    let event = AuditEvent::new(stamp(1), AuditKind::Created, owner("alice")).with_token(id(1));
    apply(store, change.with_event(event)).await;
    assert_eq!(
        given(store.prune(at(1_000), 9, &stamp(9)).await, "prune"),
        Done::default(),
        "what is to come is not over"
    );
    for (at_most, removed) in [(0, 0), (2, 2), (3, 2), (2, 0)] {
        assert_eq!(
            given(store.prune(at(10), at_most, &stamp(20)).await, "prune").events().len(),
            removed,
            "so many at most, and all in the end"
        );
    }
    for number in 1..=4 {
        assert!(!is_kept(store, number).await, "what was over is removed");
        assert_eq!(store.resolve(&digest(number)).await.ok(), Some(Answer::Unknown), "its token is unknown");
    }
    for number in 11..=16 {
        assert!(is_kept(store, number).await, "what was not over before the instant stays: {number}");
    }
    let kinds: Vec<_> =
        events(store, &EventQuery::default().with_token(id(1))).await.iter().map(AuditEvent::kind).collect();
    assert_eq!(kinds, [AuditKind::Pruned, AuditKind::Created], "the audit stays");
    keep(store, &record(1)).await;
}
