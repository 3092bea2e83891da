//! The table says of each route what axum has there: routers that are put together at random are asked, path by path and
//! method by method, and what answers is what the table names.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::routing::any as service_of;
use http::Method;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;
use proptest::strategy::Just;
use tower_pat::Scope;
use tower_pat::guard::Require;
use tower_pat::guard::demand::{Demand, Text, word};
use tower_pat::routing::{self, GuardedMethodRouter, GuardedRouter, RouteEntry, RouteKind, RouteTable};

use super::auth;
use crate::support::{send, with_token};

type Red = Text<3, { word("red", 0) }>;
type Blue = Text<4, { word("blue", 0) }>;
type Gold = Text<4, { word("gold", 0) }>;

/// Services and fallbacks are known by the scope that they ask for, handlers by the type.
const NAMES: [&str; 8] = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"];
const ALL: &str = "red blue gold s0 s1 s2 s3 s4 s5 s6 s7";
const PATHS: [&str; 5] = ["/", "/a", "/b", "/a/b", "/{x}"];
const PREFIXES: [&str; 3] = ["/n", "/m", "/a"];

/// A step in the making of a router.
#[derive(Debug, Clone)]
enum Step {
    Route(&'static str, Vec<(Way, u8)>),
    MethodFallback(&'static str, u8, &'static str),
    Service(&'static str, &'static str),
    NestService(&'static str, &'static str),
    Nest(&'static str, Vec<Step>),
    Merge(Vec<Step>),
    Fallback(&'static str),
    OtherMethods(&'static str),
    State,
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Get,
    Post,
    Head,
    Any,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let way = || prop_oneof![Just(Way::Get), Just(Way::Get), Just(Way::Post), Just(Way::Head), Just(Way::Any)];
    let (path, prefix, name) = (|| select(&PATHS[..]), || select(&PREFIXES[..]), || select(&NAMES[..]));
    let leaf = prop_oneof![
        4 => (path(), vec((way(), any::<u8>()), 1..3)).prop_map(|(path, ways)| Step::Route(path, ways)),
        2 => (path(), any::<u8>(), name()).prop_map(|(path, color, name)| Step::MethodFallback(path, color, name)),
        1 => (path(), name()).prop_map(|(path, name)| Step::Service(path, name)),
        1 => (prefix(), name()).prop_map(|(prefix, name)| Step::NestService(prefix, name)),
        1 => name().prop_map(Step::Fallback),
        1 => name().prop_map(Step::OtherMethods),
        1 => Just(Step::State),
    ];
    let step = leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            2 => (select(&PREFIXES[..]), vec(inner.clone(), 0..4)).prop_map(|(prefix, steps)| Step::Nest(prefix, steps)),
            1 => vec(inner, 0..4).prop_map(Step::Merge),
        ]
    });
    vec(step, 0..8)
}

/// A handler that says its name.
async fn named<D: Demand>(_: Require<D>) -> String {
    D::requirement().to_string()
}

fn add<D: Demand>(routes: Option<GuardedMethodRouter<()>>, way: Way) -> GuardedMethodRouter<()> {
    match (routes, way) {
        (None, Way::Get) => routing::get(named::<D>),
        (None, Way::Post) => routing::post(named::<D>),
        (None, Way::Head) => routing::head(named::<D>),
        (None, Way::Any) => routing::any(named::<D>),
        (Some(routes), Way::Get) => routes.get(named::<D>),
        (Some(routes), Way::Post) => routes.post(named::<D>),
        (Some(routes), Way::Head) => routes.head(named::<D>),
        (Some(routes), Way::Any) => routes.merge(routing::any(named::<D>)),
    }
}

fn add_colored(routes: Option<GuardedMethodRouter<()>>, way: Way, color: u8) -> GuardedMethodRouter<()> {
    match color % 3 {
        0 => add::<Red>(routes, way),
        1 => add::<Blue>(routes, way),
        _ => add::<Gold>(routes, way),
    }
}

fn take(router: GuardedRouter, step: &Step) -> GuardedRouter {
    let scope = |name| Scope::from_static(name);
    let say = |name: &'static str| move || async move { name };
    match step {
        Step::Route(path, ways) => {
            let all = ways.iter().fold(None, |routes, &(way, color)| Some(add_colored(routes, way, color)));
            router.route(path, all.expect("a way"))
        }
        Step::MethodFallback(path, color, name) => {
            router.route(path, add_colored(None, Way::Get, *color).fallback(scope(name), say(name)))
        }
        Step::Service(path, name) => router.route_service(path, scope(name), service_of(say(name))),
        Step::NestService(prefix, name) => router.nest_service(prefix, scope(name), service_of(say(name))),
        Step::Nest(prefix, steps) => router.nest(prefix, build(steps)),
        Step::Merge(steps) => router.merge(build(steps)),
        Step::Fallback(name) => router.fallback(scope(name), say(name)),
        Step::OtherMethods(name) => router.method_not_allowed_fallback(scope(name), say(name)),
        Step::State => router.with_state(()),
    }
}

/// Steps that axum refuses are not taken.
fn build(steps: &[Step]) -> GuardedRouter {
    steps.iter().fold(GuardedRouter::new(), |router, step| {
        let before = router.clone();
        catch_unwind(AssertUnwindSafe(|| take(router, step))).unwrap_or(before)
    })
}

/// What answers, as the table has it.
fn told(table: &RouteTable, method: &Method, path: &str) -> String {
    let is_fallback = |entry: &&RouteEntry| entry.kind() == RouteKind::Fallback && entry.path().ends_with("/{*}");
    let routes = table.iter().filter(|entry| !is_fallback(entry) && matches(entry.path(), path));
    let nearest = routes.clone().map(RouteEntry::path).max_by_key(|route| rank(route, path));
    let Some(nearest) = nearest else {
        let fallback = table.iter().filter(is_fallback).filter(|entry| is_under(entry.path(), path));
        let fallback = fallback.max_by_key(|entry| entry.path().len());
        return fallback.map_or_else(|| "404".to_owned(), |entry| entry.access().to_string());
    };
    let here =
        |wanted: Option<&Method>| routes.clone().find(|entry| entry.path() == nearest && entry.method() == wanted);
    let get = || here(Some(&Method::GET)).filter(|_| method == Method::HEAD);
    let found = here(Some(method)).or_else(get).or_else(|| here(None));
    found.map_or_else(|| "405".to_owned(), |entry| entry.access().to_string())
}

/// Letters go before parameters, and these before what is open; that has its beginning by letters.
fn rank(route: &str, path: &str) -> (bool, bool, usize) {
    let prefix = route.strip_suffix("/{*}");
    let begins = prefix.is_some_and(|prefix| path.trim_end_matches('/') == prefix);
    (prefix.is_none() || begins, begins || !route.contains('{'), route.len())
}

fn matches(route: &str, path: &str) -> bool {
    if let Some(prefix) = route.strip_suffix("/{*}") {
        return path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    let fits = |(route, part): (&str, &str)| route == part || (route == "{x}" && !part.is_empty());
    route.split('/').count() == path.split('/').count() && route.split('/').zip(path.split('/')).all(fits)
}

/// Where axum takes the fallback of a nested router: at its prefix, and at what is under it.
fn is_under(fallback: &str, path: &str) -> bool {
    let prefix = fallback.strip_suffix("/{*}").unwrap();
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| prefix.is_empty() || rest.is_empty() || (rest.starts_with('/') && rest.len() > 1))
}

async fn asked(app: axum::Router, method: &Method, path: &str, token: &tower_pat::token::PatToken) -> String {
    let mut request = with_token(path, token);
    // The body of an answer to HEAD is not there to be read.
    *request.method_mut() = method.clone();
    let response = send(app, request).await;
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
    match status.as_u16() {
        200 => String::from_utf8(body.into()).unwrap(),
        status => status.to_string(),
    }
}

const ASKED: [&str; 18] = [
    "/", "/a", "/a/", "/b", "/a/b", "/x", "/x/y", "/n", "/n/", "/n/a", "/n/x", "/n/a/b", "/m", "/m/a", "/m/n/a",
    "/m/n/x/y", "/a/a", "/a/n/b/x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_answers_is_what_the_table_names(steps in steps()) {
        let router = build(&steps);
        let table = router.table().clone();
        let (auth, [token]) = auth([ALL]);
        let app = router.finish(auth).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for path in ASKED {
            for method in [Method::GET, Method::POST, Method::PUT] {
                let found = runtime.block_on(asked(app.clone(), &method, path, &token));
                assert_eq!(found, told(&table, &method, path), "{method} {path}\n{table}");
            }
            let head = runtime.block_on(asked(app.clone(), &Method::HEAD, path, &token));
            let told = told(&table, &Method::HEAD, path);
            assert_eq!(head.is_empty(), told.parse::<u16>().is_err(), "HEAD {path}\n{table}");
        }
    }
}
