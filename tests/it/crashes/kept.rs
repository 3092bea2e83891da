use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::{Connection, SqliteConnection, query_scalar};
use tower_pat::store::{AuditKind, FieldChange};
use uuid::Uuid;

/// What a database holds, read past the library.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) rows: BTreeMap<Uuid, Row>,
    /// In the order of their numbers.
    pub(super) events: Vec<Event>,
    /// The change log.
    pub(super) marks: Vec<Option<u32>>,
    pub(super) disabled: BTreeSet<String>,
}

/// A record. Instants are in microseconds.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) owner: String,
    /// In hexadecimal.
    pub(super) mark: String,
    pub(super) name: Option<String>,
    pub(super) version: u64,
    pub(super) expires_at: Option<i64>,
    pub(super) paused_at: Option<i64>,
    pub(super) revoked_at: Option<i64>,
    pub(super) replaced_at: Option<i64>,
    pub(super) retires_at: Option<i64>,
    pub(super) successor: Option<Uuid>,
    pub(super) uses: u64,
}

impl Row {
    pub(super) fn mark(&self) -> u32 {
        u32::from_str_radix(&self.mark, 16).unwrap()
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Event {
    kind: String,
    pub(super) owner: String,
    pub(super) token: Option<Uuid>,
    pub(super) changes: Vec<FieldChange>,
}

impl Event {
    pub(super) fn kind(&self) -> AuditKind {
        self.kind.parse().unwrap()
    }
}

const SQLITE: [&str; 4] = [
    "SELECT json_object('id', lower(hex(id)), 'owner', owner, 'mark', hex(substr(digest, 1, 4)), 'name', name, \
     'version', version, 'expires_at', expires_at, 'paused_at', paused_at, 'revoked_at', revoked_at, \
     'replaced_at', replaced_at, 'retires_at', retires_at, \
     'successor', iif(successor IS NULL, NULL, lower(hex(successor))), 'uses', use_count) FROM pat_tokens",
    "SELECT json_object('kind', kind, 'owner', owner, 'token', iif(token IS NULL, NULL, lower(hex(token))), \
     'changes', json(changes)) FROM pat_events ORDER BY number",
    "SELECT json_object('mark', mark) FROM pat_changes ORDER BY seq",
    "SELECT json_object('owner', owner) FROM pat_owners",
];

impl Kept {
    /// What is in a file of SQLite, which must be sound.
    pub(super) async fn in_file(mut stranger: SqliteConnection) -> Self {
        let check: Vec<String> = query_scalar("PRAGMA integrity_check").fetch_all(&mut stranger).await.unwrap();
        assert_eq!(check, ["ok"]);
        let mut read = Vec::new();
        for sql in SQLITE {
            read.push(query_scalar::<_, String>(sql).fetch_all(&mut stranger).await.unwrap());
        }
        stranger.close().await.unwrap();
        Self::read(&read)
    }

    fn read(texts: &[Vec<String>]) -> Self {
        #[derive(Deserialize)]
        struct Mark {
            mark: Option<u32>,
        }
        #[derive(Deserialize)]
        struct Owner {
            owner: String,
        }
        let [rows, events, marks, disabled] = texts else { panic!("four lists") };
        Self {
            rows: parsed(rows).map(|row: Row| (row.id, row)).collect(),
            events: parsed(events).collect(),
            marks: parsed(marks).map(|Mark { mark }| mark).collect(),
            disabled: parsed(disabled).map(|Owner { owner }| owner).collect(),
        }
    }
}

fn parsed<T: DeserializeOwned>(texts: &[String]) -> impl Iterator<Item = T> {
    texts.iter().map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[cfg(feature = "postgres")]
mod postgres {
    use sqlx::{Connection, PgConnection, query_scalar};

    use super::Kept;

    const SQL: [&str; 4] = [
        "SELECT json_build_object('id', id, 'owner', owner, 'mark', encode(substr(digest, 1, 4), 'hex'), 'name', name, \
         'version', version, 'expires_at', (extract(epoch FROM expires_at) * 1000000)::bigint, \
         'paused_at', (extract(epoch FROM paused_at) * 1000000)::bigint, \
         'revoked_at', (extract(epoch FROM revoked_at) * 1000000)::bigint, \
         'replaced_at', (extract(epoch FROM replaced_at) * 1000000)::bigint, \
         'retires_at', (extract(epoch FROM retires_at) * 1000000)::bigint, \
         'successor', successor, 'uses', use_count)::text FROM pat_tokens",
        "SELECT json_build_object('kind', kind, 'owner', owner, \
         'token', token, 'changes', changes)::text FROM pat_events ORDER BY number",
        "SELECT json_build_object('mark', mark)::text FROM pat_changes ORDER BY seq",
        "SELECT json_build_object('owner', owner)::text FROM pat_owners",
    ];

    impl Kept {
        /// What is in a database of PostgreSQL.
        pub(in crate::crashes) async fn in_database(mut stranger: PgConnection) -> Self {
            let mut read = Vec::new();
            for sql in SQL {
                read.push(query_scalar::<_, String>(sql).fetch_all(&mut stranger).await.unwrap());
            }
            stranger.close().await.unwrap();
            Self::read(&read)
        }
    }
}
