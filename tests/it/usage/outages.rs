use tracing::Level;

use super::{Bench, SECOND, id, seconds};
use crate::support::{Journal, Mood};

#[tokio::test(start_paused = true)]
async fn requests_go_on_at_once_whatever_the_sink_does_and_all_is_written_in_the_end() {
    for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
        let bench = Bench::new();
        let token = bench.good(1);
        bench.use_it(&token).await;
        bench.sink.set_mood(mood);
        for _ in 0..300 {
            bench.use_at_once(&token);
            bench.turn(1).await;
        }
        let statistics = bench.recorder.statistics();
        assert_eq!((statistics.written(), statistics.lost(), statistics.waiting()), (0, 0, 1), "{mood:?}");
        assert_eq!(statistics.failures(), bench.sink.calls().len() as u64, "{mood:?}");
        bench.sink.set_mood(Mood::Answers);
        bench.turn(130).await;
        assert_eq!(bench.sink.sum(), 301, "{mood:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn sink_that_fails_is_asked_more_and_more_seldom_until_it_answers() {
    let bench = Bench::new();
    bench.sink.set_mood(Mood::Fails);
    bench.use_it(&bench.good(1)).await;
    bench.turn(200).await;
    assert_eq!(bench.sink.calls(), [1, 2, 4, 8, 16, 32, 64, 124, 184].map(seconds));
    bench.sink.set_mood(Mood::Answers);
    bench.turn(45).await;
    assert_eq!(bench.sink.of(id(1)), [(seconds(244), 1)]);
    bench.sink.set_mood(Mood::Fails);
    bench.use_it(&bench.good(2)).await;
    bench.turn(3).await;
    assert_eq!(bench.sink.calls()[10..], [246, 247].map(seconds));
}

#[tokio::test(start_paused = true)]
async fn hanging_call_is_given_up_and_what_comes_meanwhile_is_one_entry() {
    let bench = Bench::new();
    bench.sink.hold();
    let token = bench.good(1);
    bench.use_it(&token).await;
    bench.turn(2).await;
    for _ in 0..50 {
        bench.use_at_once(&token);
    }
    bench.turn(8).await;
    assert_eq!(bench.recorder.statistics().failures(), 0);
    bench.turn(1).await;
    assert_eq!(bench.recorder.statistics().failures(), 1, "after ten seconds");
    bench.sink.release();
    bench.turn(2).await;
    assert_eq!(bench.sink.of(id(1)), [(seconds(12), 51)]);
}

/// What a batch could not write does not keep out what others have to write.
#[tokio::test(start_paused = true)]
async fn entries_are_bounded_and_what_finds_no_room_is_lost_counted_and_logged() {
    let journal = Journal::default();
    let _listening = tracing::subscriber::set_default(journal.subscriber());
    let bench = Bench::with(|recorder| recorder.with_capacity(3), |verifier| verifier);
    bench.sink.set_mood(Mood::Fails);
    let tokens: Vec<_> = (0..5).map(|number| bench.good(number)).collect();
    for token in &tokens {
        bench.use_it(token).await;
    }
    bench.turn(1).await;
    let statistics = bench.recorder.statistics();
    assert_eq!((statistics.waiting(), statistics.lost(), bench.recorder.lost()), (3, 2, 2));
    for _ in 0..100 {
        for token in &tokens {
            bench.use_at_once(token);
        }
    }
    bench.turn(60).await;
    for token in &tokens {
        bench.use_at_once(token);
    }
    assert_eq!(bench.recorder.statistics().waiting(), 3);
    assert_eq!(bench.recorder.lost(), 2 + 2 * 101);
    bench.turn(60).await;
    let logged = journal.take();
    let lost: Vec<_> = logged.iter().filter(|entry| entry.fields.contains("lost=")).collect();
    assert_eq!(lost.len(), 2, "{logged:?}");
    assert!(logged.iter().all(|entry| entry.name == "pat.usage" && entry.level == Level::WARN), "{logged:?}");
    bench.sink.set_mood(Mood::Answers);
    bench.turn(60).await;
    assert_eq!(bench.sink.sum(), 3 * 102);
}

/// Uses that were held back when the cache dropped the token, and of which nobody knew.
#[tokio::test(start_paused = true)]
async fn what_is_never_told_is_counted_by_the_verifier() {
    let bench = Bench::with(|recorder| recorder.with_capacity(0), |verifier| verifier.with_ttl(SECOND * 100));
    let token = bench.good(1);
    for _ in 0..10 {
        bench.use_it(&token).await;
    }
    bench.turn(100).await;
    bench.use_it(&token).await;
    assert_eq!(bench.recorder.lost(), 2);
    // The memory puts off to drop what it has replaced, until there is enough of it.
    let others: Vec<_> = (2..200).map(|number| bench.good(number)).collect();
    for _ in 0..2 {
        for token in &others {
            bench.use_it(token).await;
        }
        bench.turn(100).await;
    }
    assert_eq!(bench.verifier.statistics().uses_forgotten(), 9);
}

#[tokio::test(start_paused = true)]
async fn failure_is_logged_with_its_cause() {
    let journal = Journal::default();
    let _listening = tracing::subscriber::set_default(journal.subscriber());
    let bench = Bench::new();
    bench.sink.set_mood(Mood::Fails);
    bench.use_it(&bench.good(1)).await;
    bench.turn(1).await;
    let logged = journal.take();
    assert_eq!(logged.len(), 1, "{logged:?}");
    assert_eq!((logged[0].name, logged[0].level), ("pat.usage", Level::WARN));
    assert_eq!(
        logged[0].fields,
        "message=uses of tokens could not be written error=the token store is unavailable pause=1s"
    );
}
