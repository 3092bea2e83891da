//! Attributes, visibility, generics, bounds and return type stay as they are.
#![deny(warnings, missing_docs)]

/// A module of the host.
pub mod invoices {
    use axum::extract::State;
    use tower_pat::require_scope;

    /// A documented handler.
    #[require_scope("invoices:read")]
    #[deprecated]
    pub async fn list<T, const N: usize>(State(state): State<T>) -> [T; N]
    where
        T: Copy,
    {
        #![expect(unused_variables)]
        let unused = 0;
        [state; N]
    }

    /// A documented type.
    pub struct Invoices;

    impl Invoices {
        /// A documented handler.
        #[require_scope("invoices:read")]
        pub(crate) async fn count() -> usize {
            0
        }
    }
}

fn main() {
    #[expect(deprecated)]
    let list = axum::routing::get(|state, guard| async move {
        let [first, second]: [u8; 2] = invoices::list::<u8, 2>(guard, state).await;
        (first + second).to_string()
    });
    let count = axum::routing::get(|guard| async { invoices::Invoices::count(guard).await.to_string() });
    let _: axum::Router = axum::Router::new().route("/list", list).route("/count", count).with_state(7);
}
