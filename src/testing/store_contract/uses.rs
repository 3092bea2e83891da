//! What is kept of the uses of tokens.

use super::make::{at, found, given, id, keep, record, resolved, stamp};
use crate::store::{EventQuery, PatStore, Selection, Usage, Use};

pub(super) async fn uses_add_up_and_the_latest_is_kept(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &record(2)).await;
    let address = |last: u8| [192, 0, 2, last].into();
    let used = |second: i64| Use::new(id(1), at(second));
    let first = used(20).with_count(3).with_address(address(1)).with_user_agent("curl");
    given(store.record_uses(&[first]).await, "record_uses");
    let expected = Usage::new(at(20), 3).with_address(address(1)).with_user_agent("curl");
    assert_eq!(found(store, 1).await.usage(), Some(&expected), "the first use is kept");
    let earlier = used(10).with_address(address(2)).with_user_agent("git");
    given(store.record_uses(&[earlier, Use::new(id(77), at(5))]).await, "record_uses with a token that is not there");
    let expected = Usage::new(at(20), 4).with_address(address(1)).with_user_agent("curl");
    assert_eq!(found(store, 1).await.usage(), Some(&expected), "an earlier use only counts");
    given(store.record_uses(&[used(15), used(30).with_count(2)]).await, "record_uses of one token twice");
    let expected = Usage::new(at(30), 7);
    assert_eq!(found(store, 1).await.usage(), Some(&expected), "a later use stands for itself: it says not from where");
    given(
        store.record_uses(&[used(31).with_count(u64::MAX), used(32).with_user_agent(&"🦀\n".repeat(300))]).await,
        "record_uses",
    );
    let usage = found(store, 1).await.usage().cloned().expect("the token was used");
    assert!(usage.count() >= i64::MAX as u64, "a count does not overflow");
    assert_eq!(usage.user_agent(), Some(&*"🦀".repeat(200)), "what a client calls itself is clipped");
    assert_eq!(found(store, 2).await.usage(), None, "another token was not used");
    given(store.record_uses(&[]).await, "record_uses of nothing");
}

pub(super) async fn use_is_no_change(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    given(store.revoke_some(&Selection::all(), None, &stamp(1)).await, "revoke_some");
    let before = found(store, 1).await;
    given(store.record_uses(&[Use::new(id(1), at(9))]).await, "record_uses");
    let after = found(store, 1).await;
    assert_eq!(after.version(), before.version(), "a use makes no version");
    assert_eq!(after.record(), before.record(), "a use changes no record");
    assert_eq!(&resolved(store, 1).await, before.record(), "a use does not show in answers");
    let events = given(store.events(&EventQuery::default()).await, "events").events().len();
    assert_eq!(events, 1, "a use is not noted");
}
