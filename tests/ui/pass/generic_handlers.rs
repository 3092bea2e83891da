//! Handlers may be generic, and stand in an impl that is.
#![deny(warnings)]

use axum::extract::State;
use axum::routing::get;
use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
enum Api {
    #[scope("invoices:read")]
    Read,
}

trait Store: Clone + Send + Sync + 'static {
    fn count(&self) -> usize;
}

impl Store for u8 {
    fn count(&self) -> usize {
        usize::from(*self)
    }
}

#[require_scope(any("admin", Api::Read), catalog = Admin)]
async fn free<'a, S, const N: usize>(State(store): State<S>) -> String
where
    S: Store + 'a,
{
    (store.count() + N).to_string()
}

struct Invoices<S>(S);

impl<S: Store> Invoices<S> {
    #[require_scope(Api::Read)]
    async fn count(State(store): State<S>) -> String {
        Self(store).0.count().to_string()
    }

    #[require_scope("admin", catalog = Admin)]
    async fn twice<T: Store>(State(store): State<S>) -> String
    where
        T: From<S>,
    {
        (store.count() + T::from(store).count()).to_string()
    }
}

#[derive(Scopes)]
enum Admin {
    #[scope("admin")]
    Admin,
}

fn main() {
    let _ = Admin::Admin.as_ref();
    let _: axum::Router = axum::Router::new()
        .route("/free", get(free::<u8, 3>))
        .route("/count", get(Invoices::<u8>::count).post(Invoices::<u8>::twice::<u8>))
        .with_state(7);
}
