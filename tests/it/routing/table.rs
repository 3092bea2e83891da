//! The table, as text and as data.

use axum::routing::any;
use tower_pat::Scope;
use tower_pat::requirement::{Access, Requirement};
use tower_pat::resource::ResourceTemplate;
use tower_pat::routing::{self, GuardedRouter, get, post};

use super::{mine, open, read};

fn service() -> axum::routing::MethodRouter {
    any(|| async {})
}

fn router() -> GuardedRouter {
    let write = Requirement::all(["read", "write"].map(Scope::from_static));
    let on = Requirement::scope(Scope::from_static("read")).on(ResourceTemplate::from_static("repo:{owner}/{name}"));
    let repos = GuardedRouter::new()
        .route("/", get(read).post(mine))
        .route_service("/{name}/raw/{*path}", on.concealed(), service())
        .fallback(Access::AnyToken, || async {});
    GuardedRouter::new()
        .fallback(Access::Public, || async {})
        .nest("/repos/{owner}", repos)
        .route("/health", get(open))
        .route("/echo", routing::any(open).post(mine))
        .route("/page", post(read).fallback("public", || async {}))
        .route("/größe", get(open))
        .nest_service("/files/", write, service())
}

#[test]
fn text_is_one_to_review() {
    insta::assert_snapshot!(router().table(), @r#"
    METHOD  PATH                               ACCESS
    POST    /echo                              any token
    any     /echo                              public
    any     /files/{*}                         all(read, write)                         (service)
    GET     /größe                             public
    GET     /health                            public
    POST    /page                              read
    any     /page                              "public"                                 (fallback)
    GET     /repos/{owner}                     read
    POST    /repos/{owner}                     any token
    any     /repos/{owner}/{*}                 any token                                (fallback)
    any     /repos/{owner}/{name}/raw/{*path}  read on repo:{owner}/{name} (concealed)  (service)
    any     /{*}                               public                                   (fallback)
    "#);
}

#[test]
fn json_says_the_same() {
    let two: Vec<_> = router().table().iter().take(2).map(|entry| serde_json::to_string(entry).unwrap()).collect();
    assert_eq!(
        two,
        [
            r#"{"method":"POST","path":"/echo","kind":"handler","access":"any token"}"#,
            r#"{"method":"any","path":"/echo","kind":"handler","access":"public"}"#,
        ]
    );
    let whole = serde_json::to_value(router().table()).unwrap();
    assert_eq!(whole.as_array().map(Vec::len), Some(router().table().len()));
}

#[test]
fn order_is_that_of_paths_whatever_was_added_first() {
    let one = GuardedRouter::new().route("/b", post(open)).route("/a", get(open)).route("/b", get(open));
    let other =
        GuardedRouter::new().route("/b", get(open).post(open)).merge(GuardedRouter::new().route("/a", get(open)));
    let (one, other): (GuardedRouter, GuardedRouter) = (one, other);
    assert_eq!(one.table(), other.table());
    let routes: Vec<_> = one.table().iter().map(ToString::to_string).collect();
    assert_eq!(routes, ["GET /a", "GET /b", "POST /b"]);
}
