use std::collections::BTreeSet;

use stateright::{Checker, HasDiscoveries, Model};

use super::mistake::Mistake;
use super::world::{HEALTH, PROMISE, Restore, World};

const PLAIN: World =
    World { mistake: None, transactions: 2, prunes: false, restores: None, leaves: false, is_whole: true };
const FOUL: World = World { is_whole: false, ..PLAIN };
const PRUNED: World = World { prunes: true, ..FOUL };
const LEFT: World = World { transactions: 1, leaves: true, ..FOUL };
const RESTORED: World = World { restores: Some(Restore::Renewed), ..FOUL };
const UNNOTICED: World = World { restores: Some(Restore::Unnoticed), ..FOUL };

/// Walks through all states.
fn explore(world: World) {
    let checker = world.checker().threads(2).spawn_bfs().join();
    println!("{world:?}: {} states, {} steps", checker.unique_state_count(), checker.state_count());
    checker.assert_properties();
}

/// Walks until the property does not hold.
fn catch(mistake: Mistake, property: &'static str, world: World) {
    let world = World { mistake: Some(mistake), ..world };
    let until = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = world.checker().threads(2).finish_when(until).spawn_bfs().join();
    let example = checker.discovery(property).unwrap_or_else(|| panic!("{mistake:?} is not caught"));
    println!("{mistake:?}, after {} states: {:?}", checker.unique_state_count(), example.into_actions());
}

#[test]
fn promise_holds_in_whatever_order_transactions_commit() {
    explore(PLAIN);
}

#[test]
fn promise_holds_where_rows_are_deleted() {
    explore(PRUNED);
}

#[test]
fn promise_holds_where_followers_come_and_go() {
    explore(LEFT);
}

#[test]
fn promise_holds_in_a_database_that_is_restored_and_renewed() {
    explore(RESTORED);
}

#[test]
fn promise_holds_in_a_database_that_is_restored_and_told_by_its_last_row() {
    explore(UNNOTICED);
}

#[test]
fn reading_that_goes_on_after_the_highest_number_is_caught() {
    catch(Mistake::HighestSeen, PROMISE, PLAIN);
}

#[test]
fn reading_that_counts_before_what_it_tells_of_is_caught() {
    catch(Mistake::HeardFirst, PROMISE, PLAIN);
}

#[test]
fn reading_that_counts_from_its_end_on_is_caught() {
    catch(Mistake::HeardAtEnd, PROMISE, PLAIN);
}

#[test]
fn log_that_does_not_say_what_it_has_lost_is_caught() {
    catch(Mistake::PruneIgnored, PROMISE, PRUNED);
}

#[test]
fn restored_database_that_is_taken_for_the_one_before_is_caught() {
    catch(Mistake::GenerationIgnored, PROMISE, RESTORED);
}

#[test]
fn follower_that_reads_only_when_it_is_woken_is_caught() {
    catch(Mistake::WakesAlone, HEALTH, PLAIN);
}

#[test]
fn decision_that_reads_the_epoch_first_is_caught() {
    catch(Mistake::EpochFirst, PROMISE, PLAIN);
}
