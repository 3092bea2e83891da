use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use insta::{assert_snapshot, with_settings};
use serde_json::{Value, json};

use tower_pat::TokenFormat;
use tower_pat::token::TokenDigest;

use super::process::Server;
use crate::support::leak;

/// How long a change of another process may go unseen.
const BOUND: Duration = Duration::from_secs(5);

const NEW_TOKEN: &str =
    r#"{"name": "nightly build", "scopes": ["invoices:read", "invoices:write"], "expires_in_days": 30}"#;

fn create(server: &Server, cookie: &str) -> (String, String) {
    let created = server.create(cookie, NEW_TOKEN);
    assert_eq!(created.status, 201, "{created:?}");
    let text = |name: &str| created.json()[name].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

#[test]
fn scripts_call_with_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let token = server.demo_token.as_deref().unwrap();

    assert_eq!(server.call("GET", "/public", &[], "").status, 200);
    assert_eq!(server.call("GET", "/api/me", &[], "").status, 401);
    let me = server.call_as(token, "GET", "/api/me", "");
    assert_eq!(me.status, 200);
    assert_eq!(me.json()["owner"], "demo");
    assert_eq!(me.json()["scopes"], json!(["invoices:read", "profile:read"]));
    let names: Vec<_> = me.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["expires_at", "name", "owner", "scopes", "token_id"]);

    assert_eq!(server.call_as(token, "GET", "/api/invoices", "").status, 200);
    let denied = server.call_as(token, "POST", "/api/invoices", r#"{"amount": 12}"#);
    assert_eq!(denied.status, 403);
    assert!(denied.header("www-authenticate").unwrap().ends_with(r#"scope="invoices:write""#));
    // The scope is looked at before the body.
    assert_eq!(server.call_as(token, "POST", "/api/invoices", "no JSON").status, 403);
    assert_eq!(server.call("GET", "/nowhere", &[], "").status, 404);
    let document = server.call("GET", "/openapi.json", &[], "");
    assert_eq!((document.status, document.header("content-type")), (200, Some("application/json")));
    assert_eq!(document.json()["paths"]["/api/invoices"]["post"]["security"], json!([{ "pat": ["invoices:write"] }]));
}

/// The other process follows the changes of the file.
#[test]
#[expect(clippy::disallowed_methods, reason = "other processes have real clocks")]
fn token_that_is_revoked_by_one_process_is_refused_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (Server::start(&folder.path().join("t.db")), Server::start(&folder.path().join("t.db")));
    let cookie = one.log_in("alice");
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let (id, token) = create(&one, &cookie);
        assert_eq!(other.call_as(&token, "GET", "/api/me", "").status, 200);
        assert_eq!(one.call_signed_in(&cookie, "DELETE", &format!("/api/tokens/{id}"), "").status, 204);
        let revoked = Instant::now();
        assert_eq!(one.call_as(&token, "GET", "/api/me", "").status, 401);
        while other.call_as(&token, "GET", "/api/me", "").status == 200 {
            assert!(revoked.elapsed() < BOUND, "a token was accepted past the bound");
        }
        slowest = slowest.max(revoked.elapsed());
        assert_eq!(other.call_as(&token, "GET", "/api/me", "").status, 401);
    }
    println!("the other process took up to {slowest:?}");
}

#[test]
fn people_create_list_use_and_revoke_their_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let cookie = server.log_in("alice");

    let created = server.create(&cookie, NEW_TOKEN);
    with_settings!({filters => vec![
        (r"[0-9a-f]{8}-[0-9a-f-]{27}", "[id]"),
        (r"demo_pat_…\w{4}", "[hint]"),
        (r"demo_pat_\w{36}", "[token]"),
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[instant]"),
        (r"date: .*", "date: [date]"),
        // An instant is written without the zeros at its end.
        (r"content-length: \d+", "content-length: [length]"),
    ]}, {
        assert_snapshot!("created_token", format!("{}\n\n{}", created.head.replace('\r', ""), created.body));
    });
    let (id, token) = create(&server, &cookie);

    let list = server.call_signed_in(&cookie, "GET", "/api/tokens", "");
    assert_eq!((list.status, list.json().as_array().unwrap().len()), (200, 2));
    assert_eq!(list.json()[0]["id"], Value::from(id.as_str()), "the newest first");
    assert!(!list.body.contains(&token));
    assert!(list.json().as_array().unwrap().iter().all(|token| token.get("token").is_none()));

    assert_eq!(server.call_as(&token, "POST", "/api/invoices", r#"{"amount": 12}"#).status, 201);
    assert_eq!(server.call_as(&token, "GET", "/api/invoices", "").json()[0]["amount"], 12);

    let path = format!("/api/tokens/{id}");
    assert_eq!(server.call_signed_in(&cookie, "DELETE", &path, "").status, 204);
    let refused = server.call_as(&token, "GET", "/api/me", "");
    assert_eq!(refused.status, 401);
    assert!(refused.body.contains("has been revoked"), "{}", refused.body);
    assert_eq!(server.call_signed_in(&cookie, "DELETE", &path, "").status, 204);
}

#[test]
fn list_of_tokens_has_pages_and_says_when_and_from_where_each_was_used() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("tokens.db");
    let server = Server::start(&database);
    let cookie = server.log_in("alice");
    let made: Vec<_> = (0..101).map(|_| create(&server, &cookie)).collect();
    assert_eq!(server.call_as(&made[0].1, "GET", "/api/me", "").status, 200);
    // What was not written yet is written at the end.
    assert!(server.stop("TERM").success());

    let server = Server::start(&database);
    let cookie = server.log_in("alice");
    let (mut listed, mut sizes, mut path) = (Vec::new(), Vec::new(), "/api/tokens".to_owned());
    loop {
        let page = server.call_signed_in(&cookie, "GET", &path, "");
        assert_eq!(page.status, 200, "{page:?}");
        let tokens = page.json().as_array().unwrap().clone();
        sizes.push(tokens.len());
        listed.extend(tokens);
        let Some(link) = page.header("link") else { break };
        let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(r#">; rel="next""#)).unwrap();
        next.clone_into(&mut path);
    }
    assert_eq!(sizes, [50, 50, 1]);
    let used = listed.iter().position(|token| token["id"] == made[0].0.as_str()).expect("each is listed");
    let used = listed.remove(used);
    let mut others: Vec<_> = listed.iter().map(|token| token["id"].as_str().unwrap()).collect();
    others.sort_unstable();
    others.dedup();
    assert_eq!(others.len(), 100, "each is listed once");
    assert!(used["last_used_at"].is_string() && used["last_used_address"] == "127.0.0.1", "{used}");
    assert!(listed.iter().all(|token| token["last_used_at"].is_null() && token["last_used_address"].is_null()));
    for cursor in ["", "2", "%00"] {
        let refused = server.call_signed_in(&cookie, "GET", &format!("/api/tokens?cursor={cursor}"), "");
        assert_eq!(refused.status, 422, "{refused:?}");
    }
    assert_eq!(server.call_signed_in(&cookie, "GET", "/api/tokens?cursor=a&cursor=b", "").status, 400);
}

#[test]
fn scope_implies_another_and_resources_limit_both() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let cookie = server.log_in("alice");
    let make = |body: &str| {
        let created = server.create(&cookie, body);
        assert_eq!(created.status, 201, "{created:?}");
        created.json()["token"].as_str().unwrap().to_owned()
    };
    let writer = make(r#"{"name": "writer", "scopes": ["invoices:write"]}"#);
    assert_eq!(
        server.call_as(&writer, "GET", "/api/me", "").json()["scopes"],
        json!(["invoices:read", "invoices:write"])
    );
    for amount in [12, 34] {
        let created = server.call_as(&writer, "POST", "/api/invoices", &json!({ "amount": amount }).to_string());
        assert_eq!(created.status, 201);
    }
    assert_eq!(server.call_as(&writer, "GET", "/api/invoices/2", "").json()["amount"], 34);

    let limited = make(r#"{"name": "one", "scopes": ["invoices:write"], "resources": ["invoice:2"]}"#);
    let list = server.call_as(&limited, "GET", "/api/invoices", "");
    assert_eq!((list.status, list.json()), (200, json!([{ "id": 2, "owner": "alice", "amount": 34 }])));
    assert_eq!(server.call_as(&limited, "GET", "/api/invoices/2", "").status, 200);
    // One that is there and one that is not look the same.
    let there = server.call_as(&limited, "GET", "/api/invoices/1", "");
    let nowhere = server.call_as(&limited, "GET", "/api/invoices/9", "");
    assert_eq!((there.status, &there.body), (404, &nowhere.body));
    assert_eq!(server.call_as(&limited, "GET", "/api/invoices/2%2F1", "").status, 404);
    assert_eq!(server.call_as(&limited, "POST", "/api/invoices", r#"{"amount": 1}"#).status, 403);

    let elsewhere = make(r#"{"name": "other", "scopes": ["invoices:write"], "resources": ["team:ops"]}"#);
    assert_eq!(server.call_as(&elsewhere, "GET", "/api/invoices", "").status, 403);
    let nothing = make(r#"{"name": "none", "scopes": ["invoices:write"], "resources": []}"#);
    assert_eq!(server.call_as(&nothing, "GET", "/api/invoices", "").status, 403);
    assert_eq!(server.call_as(&nothing, "GET", "/api/me", "").status, 200);
    for resources in [r#"["invoice"]"#, r#"["*"]"#, r#"["invoice:../1"]"#, r#""invoice:1""#] {
        let body = format!(r#"{{"name": "bad", "scopes": [], "resources": {resources}}}"#);
        assert_eq!(server.call_signed_in(&cookie, "POST", "/api/tokens", &body).status, 422, "{resources}");
    }
}

#[test]
fn token_never_manages_tokens_and_decides_where_a_session_is_there_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("tokens.db"));
    let token = server.demo_token.as_deref().unwrap();
    let cookie = server.log_in("demo");
    let bearer = format!("Bearer {token}");
    let id = server.call_signed_in(&cookie, "GET", "/api/tokens", "").json()[0]["id"].as_str().unwrap().to_owned();

    for (method, path) in [("GET", "/api/tokens"), ("POST", "/api/tokens"), ("DELETE", &*format!("/api/tokens/{id}"))] {
        let call = |headers: &[(&str, &str)]| {
            let json = [("Content-Type", "application/json")];
            server.call(method, path, &[headers, &json].concat(), NEW_TOKEN).status
        };
        assert_eq!(call(&[]), 401, "{method} without a session");
        assert_eq!(call(&[("Cookie", "id=made-up")]), 401, "{method} with a made-up session");
        assert_eq!(call(&[("Authorization", &bearer)]), 403, "{method} with a token");
        assert_eq!(call(&[("Authorization", &bearer), ("Cookie", &cookie)]), 403, "{method} with both");
        assert_eq!(call(&[("Authorization", "Bearer bad"), ("Cookie", &cookie)]), 401, "{method} with a bad token");
    }
    assert_eq!(server.call_signed_in(&cookie, "GET", "/api/tokens", "").json().as_array().unwrap().len(), 1);
    assert_eq!(server.call_as(token, "GET", "/api/me", "").status, 200);
}

#[test]
fn nothing_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("tokens.db");
    let server = Server::start(&database);
    let demo_token = server.demo_token.clone().unwrap();
    let cookie = server.log_in("alice");
    let (revoked_id, revoked) = create(&server, &cookie);
    assert_eq!(server.call_signed_in(&cookie, "DELETE", &format!("/api/tokens/{revoked_id}"), "").status, 204);

    // Killed while tokens are being made: what was acknowledged must be there.
    let acknowledged = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let clients: [_; 4] = std::array::from_fn(|_| {
            scope.spawn(|| {
                while let Some(created) = server.try_create(&cookie, NEW_TOKEN)
                    && created.status == 201
                    && let Ok(json) = serde_json::from_str::<Value>(&created.body)
                {
                    acknowledged.lock().unwrap().push(json["token"].as_str().unwrap().to_owned());
                }
            })
        });
        while acknowledged.lock().unwrap().len() < 20 {
            assert!(!clients.iter().all(ScopedJoinHandle::is_finished), "no token is made");
            thread::yield_now();
        }
        server.signal("KILL");
    });
    server.bury();

    let server = Server::start(&database);
    assert_eq!(server.demo_token, None, "a database with tokens gets no second demo token");
    assert_eq!(server.call_as(&demo_token, "GET", "/api/me", "").status, 200);
    assert_eq!(server.call_as(&revoked, "GET", "/api/me", "").status, 401);
    for token in acknowledged.into_inner().unwrap() {
        assert_eq!(server.call_as(&token, "GET", "/api/me", "").status, 200);
    }
}

#[test]
fn server_shuts_down_cleanly_on_sigint_and_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("tokens.db");
    for signal in ["INT", "TERM"] {
        let server = Server::start(&database);
        let token = server.demo_token.clone();
        assert!(server.stop(signal).success(), "SIG{signal}");
        assert_eq!(token.is_some(), signal == "INT");
        assert!(!database.with_extension("db-wal").exists(), "the log was written back");
    }
}

/// Everything is logged, and read for what must not be there: tokens, also refused ones, and digests.
#[test]
fn log_at_its_most_talkative_holds_no_token_and_no_digest() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("tokens.db");
    let server = Server::start(&database);
    let demo = server.demo_token.clone().unwrap();
    let cookie = server.log_in("alice");
    let (id, token) = create(&server, &cookie);
    let unknown = leak::token_of(&TokenFormat::new("demo_pat").unwrap()).expose_secret().to_owned();
    let misspelt = format!("{}!", &token[..token.len() - 1]);
    for token in [&demo, &token, &unknown, &misspelt] {
        server.call_as(token, "GET", "/api/me", "");
        server.call_as(token, "GET", "/api/invoices", "");
        server.call_as(token, "GET", "/api/tokens", "");
    }
    server.call_signed_in(&cookie, "DELETE", &format!("/api/tokens/{id}"), "");
    server.call_as(&token, "GET", "/api/me", "");
    let (ended, log) = server.stop_with_log("TERM");
    assert!(ended.success());
    assert!(log.contains("a token was refused") && log.contains("INSERT INTO pat_tokens"), "{log}");
    for token in [demo, token, unknown, misspelt] {
        let digest = *TokenDigest::of(&token).as_bytes();
        let hex = format!("{digest:02x?}").replace(['[', ',', ' ', ']'], "");
        for secret in [token["demo_pat_".len()..][..12].to_owned(), hex[..16].to_owned(), format!("{digest:?}")] {
            assert!(!log.to_lowercase().contains(&secret.to_lowercase()), "{secret} in {log}");
        }
    }
}
