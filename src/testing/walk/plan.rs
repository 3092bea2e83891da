use std::collections::BTreeSet;

use http::Method;

use super::caller::{Caller, TooManyWays};
use super::error::Surprise;
use super::expected::Expected;
use super::path::{Params, matches};
use super::universe::Universe;
use crate::routing::{RouteEntry, RouteKind, RouteTable, is_open};

/// A request, and what must come of it.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub(super) entry: &'a RouteEntry,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) caller: Caller,
}

/// Where the walk goes.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    pub(super) visits: Vec<Visit<'a>>,
    /// Routes that no path leads to.
    pub(super) unreached: Vec<&'a RouteEntry>,
    /// What cannot be walked.
    pub(super) surprises: Vec<Surprise>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(table: &'a RouteTable, universe: &Universe, params: &Params) -> Self {
        let mut plan = Self::default();
        for entry in table {
            let paths = paths(entry, table, params);
            if paths.is_empty() {
                plan.unreached.push(entry);
            }
            match Caller::all_for(entry.access(), universe, params) {
                Ok(callers) => plan.visit(entry, &methods(entry, table), &paths, &callers),
                Err(TooManyWays) => plan.surprises.push(Surprise::too_many_ways(entry)),
            }
        }
        plan.visit_other_methods(table, universe, params);
        plan
    }

    fn visit(&mut self, entry: &'a RouteEntry, methods: &[Method], paths: &[String], callers: &[Caller]) {
        for path in paths {
            for method in methods {
                let visit = |caller: &Caller| Visit {
                    entry,
                    method: method.clone(),
                    path: path.clone(),
                    caller: caller.clone(),
                };
                self.visits.extend(callers.iter().map(visit));
            }
        }
    }

    /// The methods that a path does not have.
    fn visit_other_methods(&mut self, table: &'a RouteTable, universe: &Universe, params: &Params) {
        let callers = [
            Caller::without_token(Expected::OtherMethodOrDenial),
            Caller::holding(universe.scopes().clone(), Expected::OtherMethod),
        ];
        let mut seen = BTreeSet::new();
        for entry in table.iter().filter(|entry| seen.insert(entry.path())) {
            let here = || table.iter().filter(|other| other.path() == entry.path());
            if here().all(|entry| entry.method().is_some()) {
                self.visit(entry, &unlisted(entry, table), &paths(entry, table, params), &callers);
            }
        }
    }
}

/// The methods that a route answers.
fn methods(entry: &RouteEntry, table: &RouteTable) -> Vec<Method> {
    match entry.method() {
        None => unlisted(entry, table),
        Some(method) if *method == Method::GET && !has(entry.path(), &Method::HEAD, table) => {
            vec![Method::GET, Method::HEAD]
        }
        Some(method) => vec![method.clone()],
    }
}

/// The methods that no route of this path is for; one that nobody knows, too.
fn unlisted(entry: &RouteEntry, table: &RouteTable) -> Vec<Method> {
    let unknown = Method::from_bytes(b"WALK").expect("letters are a method");
    let all = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
        unknown,
    ];
    let path = entry.path();
    let heads_get = |method: &Method| *method == Method::HEAD && has(path, &Method::GET, table);
    all.into_iter().filter(|method| !has(path, method, table) && !heads_get(method)).collect()
}

fn has(path: &str, method: &Method, table: &RouteTable) -> bool {
    table.iter().any(|entry| entry.path() == path && entry.method() == Some(method))
}

/// Paths that lead to a route.
fn paths(entry: &RouteEntry, table: &RouteTable, params: &Params) -> Vec<String> {
    if !is_open(entry.path()) {
        return vec![params.fill(entry.path())];
    }
    let prefix = params.fill(entry.path().strip_suffix("/{*}").unwrap_or_default());
    let deeper = (1..=20).map(|depth| format!("{prefix}{}", "/elsewhere".repeat(depth)));
    let is_free = |path: &String| !table.iter().any(|other| is_before(other, entry) && matches(other.path(), path));
    let root = Some(format!("{prefix}/")).filter(|_| entry.kind() == RouteKind::Service);
    root.into_iter().filter(is_free).chain(deeper.into_iter().find(is_free)).collect()
}

/// Whether axum takes another route before an open one: whatever is no fallback before what is, and the longer path.
fn is_before(other: &RouteEntry, entry: &RouteEntry) -> bool {
    let rank = |entry: &RouteEntry| (entry.kind() != RouteKind::Fallback || !is_open(entry.path()), entry.path().len());
    let is_wider = is_open(other.path()) && rank(other) < rank(entry);
    other != entry && !is_wider
}
