//! How the server finds what is asked for, among twenty thousand tokens: as it says of the very statements that it ran.

use std::sync::Arc;

use tower_pat::record::FamilyId;
use tower_pat::resolver::PatResolver;
use tower_pat::store::{
    AuditEvent, AuditKind, Change, EventQuery, IdempotencyKey, Insertion, Order, OwnerLimits, PatQuery, PatStore,
    PostgresStore, Selection, Sort, Use,
};

use crate::sqlite::make::{at, digest, id, owner, record, stamp};
use crate::support::postgres::{Database, Server};

/// 2,000 owners with ten tokens each, made every minute; a tenth of all is revoked, a fifth expires, half was used.
const FILL: &str = "INSERT INTO pat_tokens (id, digest, owner, family, name, name_folded, scopes, created_at, expires_at, \
    revoked_at, last_used_at, idempotency_key) \
    SELECT id, sha256(id::text::bytea), 'owner ' || n % 2000, id, 'Token ' || n, 'token ' || n, 'a b', \
    to_timestamp(n * 60), CASE WHEN n % 5 = 0 THEN to_timestamp(n * 60 + 100000) END, \
    CASE WHEN n % 10 = 0 THEN to_timestamp(n * 60 + 50) END, CASE WHEN n % 2 = 0 THEN to_timestamp(n * 60 + 30) END, \
    CASE WHEN n % 3 = 0 THEN sha256(n::text::bytea) END \
    FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(1, 20000) n) numbers; \
    INSERT INTO pat_events (at, kind, actor, owner, token, changes) \
    SELECT created_at, 'created', 'system', owner, id, '[]' FROM pat_tokens WHERE created_at IS NOT NULL; \
    INSERT INTO pat_owners SELECT 'owner ' || n, now() FROM generate_series(1, 50) n; \
    INSERT INTO pat_changes (mark) SELECT n FROM generate_series(1, 20000) n; ANALYZE";

struct Plans {
    database: Database,
    store: PostgresStore,
    read: usize,
}

impl Plans {
    async fn new() -> Self {
        let server = Arc::new(Server::start_with(&[
            "session_preload_libraries=auto_explain",
            "auto_explain.log_min_duration=0",
            "auto_explain.log_nested_statements=off",
        ]));
        let database = server.database().await;
        let store = PostgresStore::connect(&database.url()).await.unwrap();
        store.insert(&record(1), &digest(1)).await.unwrap();
        database.run(FILL).await;
        let read = server.log().len();
        Self { database, store, read }
    }

    /// The plans of what was run since this was last called; they are written before the connection is used again.
    async fn since(&mut self) -> String {
        self.database.run("SELECT 'the end of what is read'").await;
        let log = loop {
            let log = self.database.server.log();
            if log[self.read..].contains("the end of what is read") {
                break log;
            }
        };
        let plans = log[self.read..].to_owned();
        self.read = log.len();
        assert!(!plans.contains("Seq Scan on pat_tokens") && !plans.contains("Seq Scan on pat_events"), "{plans}");
        plans
    }

    async fn use_index(&mut self, index: &str) {
        let plans = self.since().await;
        assert!(plans.contains(index), "not by {index}: {plans}");
    }
}

#[tokio::test]
async fn what_is_asked_for_is_found_by_an_index() {
    let mut plans = Plans::new().await;
    let someone = || owner("owner 7");
    plans.store.resolve(&digest(1)).await.unwrap();
    plans.use_index("Index Scan using pat_tokens_digest_key").await;
    plans.store.find_by_digest(&digest(1)).await.unwrap();
    plans.use_index("Index Scan using pat_tokens_digest_key").await;
    plans.store.find(id(1)).await.unwrap();
    plans.use_index("Index Scan using pat_tokens_pkey").await;
    plans.store.find_by_key(&someone(), &IdempotencyKey::from_bytes([7; 32])).await.unwrap();
    plans.use_index("Index Scan using pat_tokens_by_key").await;
    plans.store.events(&EventQuery::default()).await.unwrap();
    plans.use_index("Index Scan Backward using pat_events_pkey").await;
    plans.store.events(&EventQuery::default().with_owner(someone()).with_before(10_000)).await.unwrap();
    plans.use_index("pat_events_by_owner").await;
    plans.store.events(&EventQuery::default().with_token(id(1)).with_before(10_000)).await.unwrap();
    plans.use_index("pat_events_by_token").await;
    let family = FamilyId::from(id(1));
    plans.store.list(&PatQuery::default().with_family(family)).await.unwrap();
    plans.use_index("pat_tokens_by_family").await;
}

#[tokio::test]
async fn page_is_a_range_of_an_index_and_is_not_sorted() {
    let mut plans = Plans::new().await;
    for (sort, index) in [
        (Sort::Creation, "pat_tokens_by_creation"),
        (Sort::Expiry, "pat_tokens_by_expiry"),
        (Sort::LastUse, "pat_tokens_by_last_use"),
        (Sort::Name, "pat_tokens_by_name"),
    ] {
        for order in [Order::ascending(sort), Order::descending(sort)] {
            let query = PatQuery::default().with_order(order);
            let first = plans.store.list(&query).await.unwrap();
            let next = query.with_cursor(first.next().cloned());
            assert_eq!(plans.store.list(&next).await.unwrap().items().len(), 50);
            let plans = plans.since().await;
            assert!(plans.contains(index) && !plans.contains("Sort"), "{plans}");
        }
    }
    for order in [Order::default(), Order::ascending(Sort::Creation)] {
        let query = PatQuery::default().with_owner(owner("owner 7")).with_order(order).with_size(5);
        let first = plans.store.list(&query).await.unwrap();
        assert_eq!(plans.store.list(&query.with_cursor(first.next().cloned())).await.unwrap().items().len(), 5);
        plans.use_index("pat_tokens_by_owner").await;
    }
}

#[tokio::test]
async fn what_is_written_is_found_by_an_index() {
    let mut plans = Plans::new().await;
    let someone = || owner("owner 700");
    let limits = OwnerLimits::new(owner("alice"), at(100)).with_most(10).with_unique_names(true);
    let named = record(2).with_name(tower_pat::record::TokenName::parse("nightly").unwrap());
    let event = AuditEvent::new(stamp(1), AuditKind::Created, owner("alice"));
    let change =
        Change::default().with_insertion(Insertion::new(named, digest(2))).with_event(event).with_limits(limits);
    plans.store.apply(&change).await.unwrap();
    plans.use_index("pat_tokens_standing").await;
    plans.store.record_uses(&[Use::new(id(1), at(7)), Use::new(id(2), at(7))]).await.unwrap();
    plans.use_index("pat_tokens_pkey").await;
    plans.store.set_owner_disabled(&someone(), true, &stamp(4)).await.unwrap();
    plans.use_index("pat_tokens_").await;
    let family = FamilyId::from(id(1));
    plans.store.revoke_some(&Selection::all().with_family(family), None, &stamp(5)).await.unwrap();
    plans.use_index("pat_tokens_by_family").await;
    plans.store.revoke_some(&Selection::all().with_owner(someone()), None, &stamp(5)).await.unwrap();
    plans.use_index("pat_tokens_").await;
    plans.store.claim_expiring(100, &stamp(9_000)).await.unwrap();
    plans.use_index("pat_tokens_notices").await;
    plans.store.prune(at(3_000), 100, &stamp(9_000)).await.unwrap();
    for index in ["pat_tokens_revoked", "pat_tokens_retired", "pat_tokens_replaced", "pat_tokens_by_expiry"] {
        let pruned = plans.store.prune(at(6_000), 100, &stamp(9_000)).await.unwrap();
        assert!(pruned.events().len() < 100);
        plans.use_index(index).await;
    }
}
