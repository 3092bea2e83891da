//! What every [`PatStore`] promises, as tests that a store of your own can run too.
//!
//! [`tests!`](tests) makes a test of each promise. It is given something that opens a store without records, a new one with
//! each call, and gives what dereferences to it: an `Arc`, a `Box`, or a guard that cleans up when it is dropped. The tests
//! are `#[tokio::test]`s, so your crate depends on tokio with the feature `macros`.
//!
//! ```
//! mod contract {
//!     use std::sync::Arc;
//!     use tower_pat::store::MemoryStore;
//!
//!     tower_pat::testing::store_contract::tests!(async || Arc::new(MemoryStore::new()));
//! }
//! # fn main() {}
//! ```
//!
//! Each promise is also a function here, which panics with what was expected and what came, and can be called from a test
//! of any other sort:
//!
//! ```
//! use std::sync::Arc;
//! use tower_pat::store::MemoryStore;
//! use tower_pat::testing::store_contract;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! store_contract::new_store_holds_nothing(async || Arc::new(MemoryStore::new())).await;
//! # }
//! ```
//!
//! What the suite cannot see from outside is the change log: that each transaction writes its marks there is for you to
//! test.

mod audit;
mod bulk;
mod limits;
mod lists;
mod make;
mod notices;
mod owners;
mod updates;
mod uses;
mod values;
mod writing;

use std::ops::Deref;

use crate::store::PatStore;

/// Makes a test of each promise, of an expression that opens a store without records.
///
/// ```
/// # use std::sync::Arc;
/// # use tower_pat::store::MemoryStore;
/// tower_pat::testing::store_contract::tests!(async || Arc::new(MemoryStore::new()));
/// # fn main() {}
/// ```
pub use crate::__store_contract_tests as tests;

/// The one list of all promises.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_promises {
    ([$($then:tt)*] $($with:tt)*) => {
        $($then)*! { [$($with)*]
            new_store_holds_nothing
            inserted_record_is_found_listed_and_resolved
            each_field_is_kept_as_what_it_is
            empty_set_is_not_taken_for_none
            instants_are_cut_to_the_microsecond
            instants_from_the_first_to_the_last_are_kept
            texts_of_any_script_and_the_greatest_length_are_kept
            thousand_scopes_are_kept
            second_record_with_an_identifier_is_refused
            second_record_with_a_digest_is_refused
            second_record_of_an_owner_with_a_key_is_refused
            store_takes_further_records_after_a_refusal
            digest_that_differs_in_one_bit_is_unknown
            answer_is_as_new_as_the_call
            change_whose_caller_goes_away_is_made_wholly_or_not_at_all
            table_of_revocations_is_always_the_same
            debug_shows_no_digest_and_no_owner
            update_writes_the_whole_record_and_counts_its_version
            update_upon_anything_but_the_version_that_is_there_is_a_conflict
            of_changes_made_upon_one_version_at_one_time_one_is_made
            replaced_digest_is_unknown_at_once_and_the_new_one_known
            update_of_what_must_be_unused_is_a_conflict_once_it_was_used
            refused_change_leaves_nothing_of_itself_behind
            limit_of_an_owners_tokens_holds_for_changes_made_at_one_time
            what_is_over_does_not_count_for_a_limit
            name_is_unique_among_what_counts_whatever_its_case
            list_is_in_its_order_and_what_has_no_value_comes_last
            pages_hold_each_record_once_in_every_order
            pages_go_on_when_records_come_and_go
            states_in_a_list_are_those_that_the_record_has
            each_filter_leaves_what_it_names
            letters_in_a_name_part_mean_themselves
            list_holds_the_records_of_one_owner_to_the_letter
            list_holds_revoked_and_expired_records
            revocation_at_one_go_takes_what_is_selected_and_no_more
            second_revocation_keeps_the_first_instant
            revocation_takes_no_more_than_its_measure_at_one_go
            revocation_makes_a_new_version_and_keeps_the_rest
            disabled_owner_shows_in_all_their_records_also_later_ones
            owner_who_is_disabled_already_keeps_the_instant
            owner_with_very_many_tokens_is_announced_for_all
            uses_add_up_and_the_latest_is_kept
            use_is_no_change
            expiry_is_noticed_once_a_week_and_once_a_day_before
            what_is_over_or_lives_too_short_is_not_noticed
            another_expiry_is_noticed_anew
            event_is_kept_with_all_that_is_in_it
            events_come_newest_first_and_page_by_page
            what_is_done_at_one_go_is_noted_for_each_token
            records_are_removed_once_they_were_over_and_their_events_stay
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_tests {
    ($open:expr) => {
        $crate::__store_contract_promises! { [$crate::__store_contract_test] $open }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_test {
    ([$open:expr] $($promise:ident)*) => {
        $(#[tokio::test]
        async fn $promise() {
            $crate::testing::store_contract::$promise($open).await;
        })*
    };
}

macro_rules! functions {
    ([] $($promise:ident)*) => {
        $(#[doc = concat!("Holds a store against the promise `", stringify!($promise), "`.\n\n# Panics\n\nIf it is broken.")]
        pub async fn $promise<D: Deref<Target: PatStore + Sized>>(open: impl AsyncFn() -> D) {
            promises::$promise(&*open().await).await;
        })*
    };
}

__store_contract_promises! { [functions] }

mod promises {
    pub(super) use super::audit::*;
    pub(super) use super::bulk::*;
    pub(super) use super::limits::*;
    pub(super) use super::lists::*;
    pub(super) use super::notices::*;
    pub(super) use super::owners::*;
    pub(super) use super::updates::*;
    pub(super) use super::uses::*;
    pub(super) use super::values::*;
    pub(super) use super::writing::*;
}
