use sqlx::postgres::PgConnectOptions;

use crate::store::error::{StoreError, StoreErrorKind};

/// What may stand after the `?`. sqlx logs what it does not know, with its value.
const PARAMETERS: [&str; 13] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// Reads an address. What it does not say is taken from the environment, as `psql` does.
pub(super) fn parse(url: &str) -> Result<PgConnectOptions, StoreError> {
    let location = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
    let Some(location) = location else {
        return Err(refused("it does not begin with postgres://"));
    };
    let (_, parameters) = location.split_once('?').unwrap_or((location, ""));
    let mut names = parameters.split('&').filter(|pair| !pair.is_empty()).map(name);
    if names.any(|name| !PARAMETERS.contains(&name) && !is_setting(name)) {
        return Err(refused("it has a parameter of an unknown name"));
    }
    // What sqlx says here may repeat the address.
    let options =
        url.parse::<PgConnectOptions>().map_err(|_| refused("it is no URL, or a parameter has no such value"))?;
    // Nothing here is a number with a fraction, and a pooler would refuse the parameter.
    Ok(options.extra_float_digits(None))
}

fn name(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

/// `options[name]=value` sets what the server calls a run-time parameter.
fn is_setting(name: &str) -> bool {
    name.strip_prefix("options[").is_some_and(|rest| rest.ends_with(']'))
}

fn refused(why: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Address, why)
}

#[cfg(test)]
mod tests {
    use super::{StoreErrorKind, parse};

    #[test]
    fn address_of_every_usual_form_is_read() {
        for url in [
            "postgres://pat@db.example/pat",
            "postgresql://pat:secret@db.example:6432/pat?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "postgres:///pat?host=/run/postgresql&user=pat",
            "postgres://pat@%2Frun%2Fpostgresql/pat?application_name=desk&options=-c%20search_path%3Da",
            "postgres://pat@db.example/pat?options[lock_timeout]=5s&statement-cache-capacity=0",
            "postgres://db.example",
        ] {
            parse(url).unwrap_or_else(|error| panic!("{url}: {error:?}"));
        }
    }

    #[test]
    fn address_of_another_form_is_refused_and_not_repeated() {
        for url in [
            "",
            "secret",
            "sqlite:secret.db",
            "mysql://pat:secret@db.example/pat",
            "host=db.example password=secret",
            "postgres://pat:secret@db.example:port/pat",
            "postgres://pat:secret@db.example/pat?sslmode=perhaps",
            "postgres://pat@db.example/pat?passwort=secret",
            "postgres://pat:secret@[::1/pat",
        ] {
            let error = parse(url).expect_err(url);
            assert_eq!(error.kind(), StoreErrorKind::Address, "{url}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }
}
