//! Tokens that expire soon.

use jiff::Timestamp;

use super::make::{apply, at, found, given, keep, record, stamp};
use crate::record::PatRecord;
use crate::store::{AuditEvent, AuditKind, Change, Done, EventQuery, ExpiryNotice, PatStore, Update};

const DAY: i64 = 86_400;

fn day(count: i64) -> Timestamp {
    at(count * DAY)
}

/// Which tokens are noticed at a second, and how.
async fn noticed(store: &dyn PatStore, second: i64) -> Vec<(u128, ExpiryNotice)> {
    let done = given(store.claim_expiring(100, &stamp(second)).await, "claim_expiring");
    assert_eq!(done.touched(), Done::default().touched(), "no verdict becomes void");
    let notice = |event: &AuditEvent| {
        assert_eq!(event.kind(), AuditKind::ExpiringSoon, "what is claimed is noted as what it is");
        let token = event.token().expect("an event of one token");
        (token.as_uuid().as_u128(), event.expiry_notice().expect("an event with a notice"))
    };
    let mut noticed: Vec<_> = done.events().iter().map(notice).collect();
    noticed.sort_by_key(|(number, _)| *number);
    noticed
}

fn lives(number: u128, start: i64, end: i64) -> PatRecord {
    record(number).with_creation(day(start)).with_expiry(day(end))
}

pub(super) async fn expiry_is_noticed_once_a_week_and_once_a_day_before(store: &dyn PatStore) {
    use ExpiryNotice::{Day, Week};
    keep(store, &lives(1, 1_000, 1_090)).await;
    keep(store, &lives(2, 1_000, 1_091).with_pause(at(1))).await;
    keep(store, &record(3).with_expiry(day(1_092))).await;
    for (second, expected) in [
        (1_083 * DAY - 1, &[][..]),
        (1_083 * DAY, &[(1, Week)]),
        (1_083 * DAY + 1, &[]),
        (1_085 * DAY, &[(2, Week), (3, Week)]),
        (1_089 * DAY - 1, &[]),
        (1_089 * DAY, &[(1, Day)]),
        (1_092 * DAY - 1, &[(3, Day)]),
        (1_092 * DAY, &[]),
    ] {
        assert_eq!(noticed(store, second).await, expected, "in the second {second}");
        assert_eq!(noticed(store, second).await, [], "a notice is given once");
    }
    assert_eq!(found(store, 1).await.version(), 1, "a notice makes no version");
    let page = given(store.events(&EventQuery::default()).await, "events");
    assert_eq!(page.events().len(), 5, "each notice is noted");
    let many = (11..=13).map(|number| lives(number, 2_000, 2_100));
    for many in many {
        keep(store, &many).await;
    }
    for expected in [2, 1, 0] {
        let done = given(store.claim_expiring(2, &stamp(2_095 * DAY)).await, "claim_expiring");
        assert_eq!(done.events().len(), expected, "two at most, and all in the end");
    }
}

pub(super) async fn what_is_over_or_lives_too_short_is_not_noticed(store: &dyn PatStore) {
    use ExpiryNotice::Day;
    for kept in [
        lives(1, 1_000, 1_090).with_revocation(day(1_050)),
        lives(2, 1_000, 1_090).with_replacement(day(1_050)),
        lives(3, 1_000, 1_090).with_replacement(day(1_050)).with_retirement(day(1_090)),
        lives(4, 1_000, 1_084),
        lives(5, 1_083, 1_090),
        lives(6, 1_089, 1_090),
        lives(7, 1_000, 1_090),
        record(8).with_creation(day(1_000)),
    ] {
        keep(store, &kept).await;
    }
    assert_eq!(noticed(store, 1_084 * DAY).await, [(7, ExpiryNotice::Week)], "no other has more than a week of life");
    assert_eq!(
        noticed(store, 1_089 * DAY).await,
        [(5, Day), (7, Day)],
        "whoever lives for a week is told of a day before"
    );
    keep(store, &lives(9, 1_000, 1_090)).await;
    assert_eq!(noticed(store, 1_089 * DAY + 5).await, [(9, Day)], "what was missed is not told too late");
    assert_eq!(noticed(store, 1_089 * DAY + 6).await, [], "and the other notice is told once");
}

pub(super) async fn another_expiry_is_noticed_anew(store: &dyn PatStore) {
    use ExpiryNotice::{Day, Week};
    keep(store, &lives(1, 1_000, 1_090)).await;
    assert_eq!(noticed(store, 1_085 * DAY).await, [(1, Week)]);
    let seen = found(store, 1).await;
    apply(store, Change::default().with_update(Update::of(&seen).with_record(lives(1, 1_000, 1_090)))).await;
    assert_eq!(noticed(store, 1_085 * DAY).await, [], "an update of something else starts nothing anew");
    for (since, end, expected) in
        [(1_086, 1_100, &[(1_093, Week), (1_099, Day)][..]), (1_100, 1_104, &[(1_103, Day)]), (1_104, 1_105, &[])]
    {
        let update = Update::of(&found(store, 1).await).with_record(lives(1, 1_000, end)).with_new_expiry(day(since));
        apply(store, Change::default().with_update(update)).await;
        for now in since..end {
            let due = expected.iter().find(|(due, _)| *due == now).map(|(_, notice)| (1, *notice));
            let noticed = noticed(store, now * DAY).await;
            assert!(
                noticed.into_iter().eq(due),
                "on the day {now}, of an expiry on the day {end} that is new since {since}"
            );
        }
    }
}
