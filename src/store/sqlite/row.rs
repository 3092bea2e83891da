use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::instant::from_microsecond;
use crate::record::Metadata;
use crate::store::audit::FieldChange;
use crate::store::sql::{Read, Row};

/// SQLite has numbers, texts and bytes: an identifier is 16 bytes, an instant microseconds since 1970, a document its text.
impl Row for SqliteRow {
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
        Ok(self.bytes(column)?.map(Uuid::from_slice).transpose()?)
    }

    fn instant(&self, column: &str) -> Read<Option<Timestamp>> {
        let microseconds: Option<i64> = self.try_get(column)?;
        Ok(microseconds.map(from_microsecond).transpose()?)
    }

    fn metadata(&self, column: &str) -> Read<Option<Metadata>> {
        Ok(self.text(column)?.map(str::parse).transpose()?)
    }

    fn changes(&self, column: &str) -> Read<Vec<FieldChange>> {
        Ok(serde_json::from_str(self.try_get(column)?)?)
    }
}
