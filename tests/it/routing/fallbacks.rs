//! What answers where nothing else does, and services.

use axum::Router;
use axum::routing::{any, get as axum_get};
use http::{Method, StatusCode};
use tower_pat::requirement::Access;
use tower_pat::routing::{GuardedRouter, get, post};

use super::{ABSENT, ANY_TOKEN, OTHER_METHOD, PUBLIC, READ, Site, mine, open, read};

fn service() -> axum::routing::MethodRouter {
    any(|| async { "service" })
}

#[tokio::test]
async fn fallback_of_a_router_is_guarded() {
    let router = GuardedRouter::new().route("/a", get(open));
    Site::of(router.clone().fallback("read", || async { "fallback" }))
        .assert(&[
            ("GET /b", READ),
            ("POST /", READ),
            ("GET /a", PUBLIC),
            ("POST /a", OTHER_METHOD),
            ("OPTIONS *", READ),
        ])
        .await;
    Site::of(router.clone().fallback_service("read", service())).assert(&[("GET /b", READ), ("BREW /b/c", READ)]).await;
    Site::of(router.clone().fallback(Access::Public, || async {})).assert(&[("GET /b", PUBLIC)]).await;
    Site::of(router).assert(&[("GET /b", ABSENT)]).await;
}

#[tokio::test]
async fn fallback_of_a_nested_router_is_guarded_by_its_own() {
    let inner = GuardedRouter::new().route("/a", get(mine)).fallback("read", || async { "inner" });
    let outer = GuardedRouter::new().nest("/in/{x}", inner).fallback(Access::AnyToken, || async { "outer" });
    let site = Site::of(outer);
    site.assert(&[("GET /in/1/a", ANY_TOKEN), ("GET /in/1/b", READ), ("GET /in/1", READ), ("GET /in", ANY_TOKEN)])
        .await;
    assert_eq!(site.told(&Method::GET, "/in/1/b").await, "inner");
    assert_eq!(site.told(&Method::GET, "/other").await, "outer");
}

#[tokio::test]
async fn merged_routers_keep_their_fallback() {
    let with = || GuardedRouter::new().fallback("read", || async { "fallback" });
    let without = || GuardedRouter::new().route("/a", get(open));
    for router in [with().merge(without()), without().merge(with())] {
        assert_eq!(router.table().len(), 2);
        Site::of(router).assert(&[("GET /b", READ), ("GET /a", PUBLIC)]).await;
    }
}

#[tokio::test]
async fn other_methods_of_a_path_are_guarded() {
    let teapot = || async { StatusCode::IM_A_TEAPOT };
    let router = GuardedRouter::new()
        .route("/own", get(open).fallback("read", || async {}))
        .route("/usual", get(open))
        .route_service("/service", "read", service())
        .method_not_allowed_fallback("read", teapot)
        .route("/later", get(open));
    let site = Site::of(router.clone());
    site.assert(&[
        ("POST /own", READ),
        ("POST /usual", [401, 403, 418]),
        ("HEAD /usual", PUBLIC),
        ("POST /service", READ),
        ("POST /later", OTHER_METHOD),
    ])
    .await;
    // axum gives a later one to those who have none yet.
    let again = router.method_not_allowed_fallback(Access::Public, teapot);
    let fallbacks = again.table().iter().filter(|entry| entry.method().is_none()).map(ToString::to_string);
    assert_eq!(fallbacks.collect::<Vec<_>>(), ["any /later", "any /own", "any /service", "any /usual"]);
    Site::of(again).assert(&[("POST /usual", [401, 403, 418]), ("POST /later", [418; 3])]).await;
}

#[tokio::test]
async fn other_methods_of_nested_routes_are_guarded() {
    let inner = GuardedRouter::new().route("/a", get(open)).nest_service("/s", Access::Public, service());
    let router = GuardedRouter::new().nest("/in", inner).method_not_allowed_fallback("read", || async {});
    assert_eq!(router.table().len(), 3);
    Site::of(router).assert(&[("POST /in/a", READ), ("POST /in/s/x", PUBLIC)]).await;
}

#[tokio::test]
async fn services_are_guarded() {
    let plain = Router::new().route("/inside", axum_get(|| async { "inside" }));
    let router = GuardedRouter::new()
        .route_service("/one", "read", service())
        .nest_service("/all", "read", service())
        .nest_service("/plain", Access::AnyToken, plain.clone())
        .route_service("/inside", "read", plain);
    Site::of(router)
        .assert(&[
            ("GET /one", READ),
            ("BREW /one", READ),
            ("GET /one/more", ABSENT),
            ("GET /all", READ),
            ("GET /all/", READ),
            ("POST /all/a/b", READ),
            ("GET /plain/inside", ANY_TOKEN),
            ("POST /plain/inside", [401, 405, 405]),
            ("GET /plain/outside", [401, 404, 404]),
            ("GET /inside", READ),
        ])
        .await;
}

#[tokio::test]
async fn guards_stay_where_layers_are_put_around() {
    let layer =
        || tower_http::timeout::TimeoutLayer::with_status_code(StatusCode::IM_A_TEAPOT, std::time::Duration::MAX);
    let router = GuardedRouter::new()
        .route("/a", get(read).layer(layer()).route_layer(layer()).post(mine).fallback("read", || async {}))
        .route_service("/s", "read", service())
        .route_layer(layer())
        .fallback("read", || async {})
        .layer(layer());
    Site::of(router)
        .assert(&[("GET /a", READ), ("POST /a", ANY_TOKEN), ("PUT /a", READ), ("GET /s", READ), ("GET /b", READ)])
        .await;
}

/// A guard of the fallback stands around a handler that takes whatever it likes.
#[tokio::test]
async fn handlers_of_fallbacks_state_nothing_and_may_take_a_state() {
    let router: GuardedRouter<u8> = GuardedRouter::new()
        .fallback("read", |axum::extract::State(number): axum::extract::State<u8>| async move { number.to_string() });
    let site = Site::of(router.with_state(7));
    site.assert(&[("GET /a", READ)]).await;
    assert_eq!(site.told(&Method::GET, "/a").await, "7");
}

macro_rules! panics {
    ($($name:ident: $expected:literal, $router:expr;)*) => {
        $(
            #[test]
            #[should_panic(expected = $expected)]
            fn $name() {
                let _: GuardedRouter = $router;
            }
        )*
    };
}

fn with_fallback() -> GuardedRouter {
    GuardedRouter::new().fallback("read", || async {})
}

panics! {
    same_route_twice: "already exists", GuardedRouter::new().route("/", get(open)).route("/", get(open));
    same_method_twice: "Overlapping method route", GuardedRouter::new().route("/", get(open).get(read));
    same_method_merged: "Overlapping method route", GuardedRouter::new().route("/", get(open).merge(post(open).get(open)));
    same_route_merged: "already exists", GuardedRouter::new().route("/", get(open)).merge(GuardedRouter::new().route("/", get(open)));
    same_route_nested: "already exists",
        GuardedRouter::new().route("/a/b", get(open)).nest("/a", GuardedRouter::new().route("/b", get(open)));
    parameters_of_two_names: "Invalid route", GuardedRouter::new().route("/{a}", get(open)).route("/{b}", post(open));
    route_beside_a_service: "Invalid route",
        GuardedRouter::new().route_service("/", Access::Public, service()).route("/", get(open));
    two_fallbacks: "one fallback", with_fallback().fallback("read", || async {});
    two_fallback_services: "one fallback", with_fallback().fallback_service("read", service());
    two_fallbacks_merged: "both have a fallback", with_fallback().merge(with_fallback());
    two_fallbacks_of_methods: "one fallback",
        GuardedRouter::new().route("/", get(open).fallback("read", || async {}).fallback("read", || async {}));
    fallback_of_what_answers_all_methods: "one fallback",
        GuardedRouter::new().route("/", tower_pat::routing::any(open).fallback("read", || async {}));
    two_handlers_for_all_methods: "both have a fallback",
        GuardedRouter::new().route("/", tower_pat::routing::any(open)).route("/", tower_pat::routing::any(open));
    text_that_is_no_scope: "a scope is 1 to 128", GuardedRouter::new().fallback("two words", || async {});
    nested_at_the_root: "Nesting at the root", GuardedRouter::new().nest("/", GuardedRouter::new());
    nested_fallback_that_axum_cannot_tell_from_another: "conflict", GuardedRouter::new().nest("/{x}", with_fallback());
}

/// axum forgets the fallback of a router that is nested in one without, when that is nested in its turn.
#[tokio::test]
async fn fallback_that_axum_forgets_is_not_in_the_table() {
    let middle = GuardedRouter::new().route("/m", get(open)).nest("/inner", with_fallback());
    assert_eq!(middle.table().len(), 2);
    let outer = GuardedRouter::new().nest("/middle", middle);
    assert_eq!(outer.table().len(), 1);
    Site::of(outer).assert(&[("GET /middle/inner/x", ABSENT)]).await;
}

/// axum nests a fallback that was merged or has its state: one that is not in the table would be open unseen.
#[tokio::test]
async fn fallback_of_a_merged_or_stateful_router_is_still_in_the_table_when_that_is_nested() {
    let stateful: GuardedRouter<u8> = GuardedRouter::new().fallback("read", || async {});
    for inner in [GuardedRouter::new().merge(with_fallback()), stateful.with_state(1)] {
        let outer = GuardedRouter::new().nest("/in", inner);
        assert_eq!(outer.table().iter().map(ToString::to_string).collect::<Vec<_>>(), ["any /in/{*}"]);
        Site::of(outer).assert(&[("GET /in/x", READ)]).await;
    }
}

#[test]
fn what_answers_all_methods_is_in_the_table_once() {
    let merged = post(open).merge(get(mine).fallback("read", || async {}));
    let router: GuardedRouter = GuardedRouter::new()
        .route("/any", tower_pat::routing::any(open))
        .method_not_allowed_fallback("read", || async {})
        .route("/merged", merged);
    let texts: Vec<_> = router.table().iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["any /any", "GET /merged", "POST /merged", "any /merged"]);
}
