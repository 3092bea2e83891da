use super::names::Names;

/// All there are, in their order; each ends by noting its number.
const ALL: [(u32, &str, &str); 1] = [(1, "tokens", include_str!("../../../migrations/postgres/0001_tokens.sql"))];

/// A step of the schema, for hosts that change it themselves.
///
/// Steps are applied in the order of their numbers, each in one transaction and once. A step notes its number in the
/// table `migrations` by itself, so that a store sees which there were, whoever applied them. Those of a version that was
/// published are never changed.
///
/// ```
/// use tower_pat::store::PostgresStore;
///
/// for migration in PostgresStore::migrations() {
///     let file = format!("{:04}_pat_{}.sql", migration.number(), migration.name());
///     assert!(migration.sql().contains("pat_"), "{file}");
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresMigration {
    number: u32,
    name: &'static str,
    sql: String,
}

impl PostgresMigration {
    /// All of them, with these names of tables.
    pub(super) fn all(names: &Names) -> Vec<Self> {
        let with_names = |(number, name, sql)| Self { number, name, sql: names.fill_all(sql) };
        ALL.into_iter().map(with_names).collect()
    }

    /// The number of the last.
    pub(super) const fn newest() -> u32 {
        ALL[ALL.len() - 1].0
    }

    /// Its place in the order, from 1 on.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What it is about, in a word.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// Its statements, each ended by a semicolon.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn migrations_are_numbered_without_gaps_and_note_their_numbers() {
        for (place, (number, name, sql)) in (1..).zip(ALL) {
            assert_eq!(place, number, "{name}");
            let note = format!("INSERT INTO {{pat_}}migrations (number) VALUES ({number});");
            assert!(sql.trim_end().ends_with(&note), "{name}");
        }
    }
}
