use std::fmt::Write as _;
use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::http;
use super::process::{Server, run_to_its_end};

#[test]
fn bad_credentials_get_a_clear_answer_over_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let token = server.demo_token.as_deref().unwrap();
    let good = format!("Authorization: Bearer {token}\r\n");
    let long = |length| format!("Authorization: Bearer {}\r\n", "x".repeat(length));
    let mut said = String::new();
    for (headers, status) in [
        (String::new(), 401),
        (good.clone(), 200),
        (good.to_lowercase().replace(&token.to_lowercase(), token), 200),
        ([good.as_str(), &good].concat(), 400),
        ("Authorization: Bearer\r\n".to_owned(), 400),
        ("Authorization: Bearer \r\n".to_owned(), 400),
        (format!("Authorization: Bearer {token} {token}\r\n"), 400),
        (format!("Authorization: Bearer  {token}  \r\n"), 200),
        ("Authorization: Bearer jéton\r\n".to_owned(), 401),
        (format!("Authorization: Basic {token}\r\n"), 401),
        (format!("Authorization: {token}\r\n"), 401),
        (good.replace("demo_pat_", "acme_pat_"), 401),
        (long(8_000), 401),
        (long(400 * 1024), 401),
        (long(1024 * 1024), 431),
    ] {
        let request = format!("GET /api/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
        let start: String = headers.replace(&token["demo_pat_".len()..], "…").chars().take(60).collect();
        // A server that answers while a megabyte is still being sent may reset the connection before it is read.
        let Some(response) = http::send(server.addr, request.as_bytes()) else {
            assert_eq!(status, 431, "{start}");
            continue;
        };
        assert_eq!(response.status, status, "{start}");
        if !matches!(status, 200 | 431) {
            write!(said, "> {}\n{}\n", start.trim(), response.render()).unwrap();
        }
    }
    assert_snapshot!("bad_credentials", said);
    assert_eq!(server.call_as(token, "GET", "/api/me", "").status, 200);
}

#[test]
fn bad_bodies_get_a_clear_answer_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let cookie = server.log_in("alice");
    let mut said = String::new();
    for (body, status) in bad_bodies() {
        let response = server.call_signed_in(&cookie, "POST", "/api/tokens", &body);
        let start: String = body.chars().take(80).collect();
        assert_eq!(response.status, status, "{start}: {response:?}");
        write!(said, "> {start}\n{}\n", response.render()).unwrap();
    }
    assert_snapshot!("bad_bodies", said);
    let untyped = server.call("POST", "/api/tokens", &[("Cookie", &cookie)], &with("name", "n".into()));
    assert_eq!(untyped.status, 415);
    assert_eq!(server.call_signed_in(&cookie, "GET", "/api/tokens", "").json(), json!([]));
    for (days, expires) in [(json!(null), false), (json!(1), true)] {
        let created = server.create(&cookie, &with("expires_in_days", days));
        assert_eq!((created.status, created.json()["expires_at"].is_string()), (201, expires));
    }
}

/// A good body but for one member.
fn with(name: &str, value: Value) -> String {
    let mut body = json!({"name": "n", "scopes": ["invoices:read"], "expires_in_days": 30});
    body[name] = value;
    body.to_string()
}

/// Each with its status; what is said is in the snapshot.
fn bad_bodies() -> Vec<(String, u16)> {
    vec![
        (String::new(), 400),
        ("no JSON".to_owned(), 400),
        (r#"{"name": "n", "scopes": ["#.to_owned(), 400),
        (r#"{"scopes": []}"#.to_owned(), 422),
        (r#"{"name": "n"}"#.to_owned(), 422),
        (r#"{"name": "n", "scopes": [], "expires_in_day": 1}"#.to_owned(), 422),
        (with("name", "".into()), 422),
        (with("name", "   ".into()), 422),
        (with("name", "x".repeat(10_000).into()), 422),
        (with("name", "a\u{0}b".into()), 422),
        (with("name", 7.into()), 422),
        (with("scopes", json!(["invoices:delete"])), 422),
        (with("scopes", json!(["invoices:read", "two words"])), 422),
        (with("scopes", "invoices:read".into()), 422),
        (with("expires_in_days", 0.into()), 422),
        (with("expires_in_days", (-1).into()), 422),
        (with("expires_in_days", 1_000_000_000_000_i64.into()), 422),
        (with("expires_in_days", i64::MAX.into()), 422),
        (with("expires_in_days", u64::MAX.into()), 422),
        (with("expires_in_days", 1.5.into()), 422),
        (with("name", "x".repeat(3_000_000).into()), 413),
    ]
}

#[test]
fn token_of_somebody_else_looks_as_if_it_did_not_exist() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let (alice, mallory) = (server.log_in("alice"), server.log_in("mallory"));
    let body = r#"{"name": "n", "scopes": [], "expires_in_days": null}"#;
    let created = server.create(&alice, body).json();
    let (id, token) = (created["id"].as_str().unwrap(), created["token"].as_str().unwrap());

    let delete = |id: &str| {
        let response = server.call_signed_in(&mallory, "DELETE", &format!("/api/tokens/{id}"), "");
        (response.status, response.render())
    };
    let none = delete("01890000-0000-7000-8000-000000000000");
    assert_eq!(none.0, 404);
    assert_snapshot!("no_such_token", none.1);
    for id in [id, "no-uuid", "%00", "%ff", "%2e%2e"] {
        assert_eq!(delete(id), none, "{id}");
    }
    assert_eq!(server.call_as(token, "GET", "/api/me", "").status, 200);
}

#[test]
fn login_without_a_user_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut said = String::new();
    for body in ["", "user=", "user=%00", "name=alice"] {
        let response = server.call("POST", "/login", &form, body);
        assert_eq!(response.status, 422, "{body}");
        write!(said, "> {body}\n{}\n", response.render()).unwrap();
    }
    assert_snapshot!("bad_logins", said);
}

#[test]
fn database_that_cannot_be_used_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let sound = path("sound.db");
    assert!(Server::start(&sound).stop("TERM").success());
    fs::create_dir(path("folder.db")).unwrap();
    let text = "This is no database. ".repeat(1_000);
    fs::write(path("text.db"), &text).unwrap();

    let mut all_said = String::new();
    for url in [
        format!("sqlite://{}", path("folder.db").display()),
        format!("sqlite://{}?mode=ro", sound.display()),
        format!("sqlite://{}", path("text.db").display()),
        format!("sqlite://{}", path("missing/tokens.db").display()),
        "sqlite::memory:".to_owned(),
        "postgres://127.0.0.1:1/tokens".to_owned(),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let output = run_to_its_end(&url);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{url}: {stderr}");
        let url = url.replace(folder.path().to_str().unwrap(), "[folder]");
        write!(all_said, "> {url}\n{stderr}\n").unwrap();
        assert!(output.stdout.is_empty(), "{url}");
    }
    assert_snapshot!("bad_databases", all_said);
    assert_eq!(fs::read_to_string(path("text.db")).unwrap(), text);
    assert!(!path("missing").exists());
}
