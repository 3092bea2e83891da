use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::store::error::{StoreError, StoreErrorKind};

/// Where the tables are, and how their names begin.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Names {
    schema: String,
    prefix: String,
    /// What stands for `{pat_}`.
    qualified: String,
}

impl Names {
    const MAX_LEN: usize = 31;

    pub(super) fn parse(schema: &str, prefix: &str) -> Result<Self, StoreError> {
        if !is_name(schema) {
            return Err(refused("the name of a schema is 1 to 31 of a-z, 0-9 and _, and begins with no digit"));
        }
        if !is_name(prefix) {
            return Err(refused("the prefix of tables is 1 to 31 of a-z, 0-9 and _, and begins with no digit"));
        }
        let qualified = format!("\"{schema}\".{prefix}");
        Ok(Self { schema: schema.to_owned(), prefix: prefix.to_owned(), qualified })
    }

    pub(super) fn schema(&self) -> &str {
        &self.schema
    }

    /// On which one is woken when something was written to the change log.
    pub(super) fn channel(&self) -> String {
        format!("{}.{}", self.schema, self.prefix)
    }

    /// Puts the names into a statement: `{pat_}` is what each name of a table or a function begins with.
    pub(super) fn fill(&self, template: &str) -> SqlStr {
        AssertSqlSafe(template.replace("{pat_}", &self.qualified)).into_sql_str()
    }

    /// The same for a migration, which also names indexes and triggers (`{prefix}`) and the channel (`{channel}`).
    pub(super) fn fill_all(&self, template: &str) -> String {
        let filled = template.replace("{pat_}", &self.qualified).replace("{prefix}", &self.prefix);
        filled.replace("{channel}", &self.channel())
    }
}

fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    let begins_well = text.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    begins_well && text.len() <= Names::MAX_LEN && text.bytes().all(is_inner)
}

fn refused(why: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Address, why)
}

#[cfg(test)]
mod tests {
    use super::{Names, StoreErrorKind};

    #[test]
    fn name_that_is_more_than_a_plain_word_is_refused() {
        let long = "x".repeat(32);
        for name in ["", "1a", "Pat", "a-b", "a b", "a.b", "a\"", "pät", "a;drop", "a\0", "{pat_}", &long] {
            for names in [Names::parse(name, "pat_"), Names::parse("public", name)] {
                assert_eq!(names.unwrap_err().kind(), StoreErrorKind::Address, "{name}");
            }
        }
        for name in ["a", "_", "user", "a1_", &long[1..]] {
            Names::parse(name, name).unwrap();
        }
    }

    /// The server takes no longer name, nor a longer channel, than 63 bytes.
    #[test]
    fn longest_names_are_short_enough_for_the_server() {
        let long = "x".repeat(Names::MAX_LEN);
        let names = Names::parse(&long, &long).unwrap();
        assert!(names.channel().len() <= 63);
        let filled = names.fill_all(include_str!("../../../migrations/postgres/0001_tokens.sql"));
        for word in filled.split(|char: char| !char.is_ascii_alphanumeric() && char != '_') {
            assert!(word.len() <= 63, "{word}");
        }
    }

    #[test]
    fn schema_is_quoted_in_a_statement() {
        let names = Names::parse("user", "pat_").unwrap();
        assert_eq!(names.fill("SELECT * FROM {pat_}tokens").as_str(), "SELECT * FROM \"user\".pat_tokens");
    }
}
