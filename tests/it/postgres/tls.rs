use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use tower_pat::store::{PatStore, PostgresStore, StoreErrorKind};

use crate::support::postgres::Server;

/// A certificate that vouches for itself, for this name.
fn certificate(directory: &Path, name: &str) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests"]);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE", "-addext", &format!("subjectAltName={name}")]);
    openssl.args(["-keyout", "server.key", "-out", "server.crt"]);
    let output = openssl.current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn server_must_prove_who_it_is_where_the_address_asks_for_it() {
    let server = Arc::new(Server::start());
    let database = server.database().await;
    certificate(server.directory(), "IP:127.0.0.1");
    for file in ["server.crt", "server.key"] {
        server.give(file);
    }
    fs::set_permissions(server.directory().join("server.key"), Permissions::from_mode(0o600)).unwrap();
    let place = server.directory().display();
    database.run(&format!("ALTER SYSTEM SET ssl_cert_file = '{place}/server.crt'")).await;
    database.run(&format!("ALTER SYSTEM SET ssl_key_file = '{place}/server.key'")).await;
    database.run("ALTER SYSTEM SET ssl = on").await;
    server.stop();
    server.run_again();

    let elsewhere = tempfile::tempdir().unwrap();
    certificate(elsewhere.path(), "IP:127.0.0.1");
    let (ours, other) = (format!("{place}/server.crt"), format!("{}/server.crt", elsewhere.path().display()));
    let url = |parameters: String| database.url().replace("sslmode=disable", &parameters);
    for parameters in ["sslmode=require".to_owned(), format!("sslmode=verify-full&sslrootcert={ours}")] {
        let store = PostgresStore::connect(&url(parameters)).await.unwrap();
        assert!(store.is_empty().await.unwrap());
    }
    let by_another_name = url(format!("sslmode=verify-full&sslrootcert={ours}")).replace("127.0.0.1", "localhost");
    let refused = [
        // What the machine trusts does not vouch for it.
        url("sslmode=verify-full".to_owned()),
        url(format!("sslmode=verify-full&sslrootcert={other}")),
        by_another_name,
    ];
    for url in refused {
        let error = PostgresStore::connect(&url).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unusable, "{url}: {error:?}");
    }
}

#[tokio::test]
async fn server_without_tls_is_refused_where_the_address_asks_for_it() {
    let database = Server::shared().database().await;
    let url = database.url().replace("sslmode=disable", "sslmode=require");
    assert_eq!(PostgresStore::connect(&url).await.unwrap_err().kind(), StoreErrorKind::Unusable);
}
