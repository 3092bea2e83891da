use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::instant::Instant;
use crate::record::Metadata;
use crate::store::audit::FieldChange;
use crate::store::sql::{Read, Row};

impl Row for PgRow {
    fn text(&self, column: &str) -> Read<Option<&str>> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &str) -> Read<Option<&[u8]>> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: &str) -> Read<i64> {
        Ok(self.try_get(column)?)
    }

    fn uuid(&self, column: &str) -> Read<Option<Uuid>> {
        Ok(self.try_get(column)?)
    }

    fn instant(&self, column: &str) -> Read<Option<Timestamp>> {
        let instant: Option<Instant> = self.try_get(column)?;
        instant.map(Instant::timestamp).transpose()
    }

    fn metadata(&self, column: &str) -> Read<Option<Metadata>> {
        let entries: Option<Json<BTreeMap<String, String>>> = self.try_get(column)?;
        Ok(entries.map(|Json(entries)| Metadata::new(entries)).transpose()?)
    }

    fn changes(&self, column: &str) -> Read<Vec<FieldChange>> {
        let Json(changes) = self.try_get(column)?;
        Ok(changes)
    }
}
