use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use crate::revocations::Revocations;

/// The tables of the databases that are open in this process: one for all who have the same database open, so that a change
/// made through one opening counts at once for a verifier over another.
pub(in crate::store) struct Tables<K>(LazyLock<Mutex<HashMap<K, Weak<Revocations>>>>);

impl<K: Eq + Hash> Tables<K> {
    pub(in crate::store) const fn new() -> Self {
        Self(LazyLock::new(Mutex::default))
    }

    pub(in crate::store) fn of(&self, database: K) -> Arc<Revocations> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(&database).and_then(Weak::upgrade) {
            return table;
        }
        tables.retain(|_, table| table.strong_count() > 0);
        let table = Arc::default();
        tables.insert(database, Arc::downgrade(&table));
        table
    }
}
