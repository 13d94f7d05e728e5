//! Batches: who asks together, how an answer is shared out, and that no task suffers from it.

use std::collections::HashMap;

use reelay::failure::Code;
use reelay::flow::{Exchange, Request, Trouble};
use reelay::format::Format;
use reelay::policy::poll;
use serde_json::{Value as Json, json};

use crate::batch_drive::{Named, Together, World};
use crate::make::{config, ok, page, said, status};
use crate::wait::options;

/// A relay of songs: each is done at its own moment, and whatever `fault` gives is answered instead.
pub fn songs(
    done: &HashMap<String, f64>,
    mut fault: impl FnMut(&Request, f64) -> Option<Exchange>,
) -> impl FnMut(&Request, f64) -> Exchange {
    move |request, now| {
        if let Some(exchange) = fault(request, now) {
            return exchange;
        }
        let song = |id: &str| {
            done.get(id).map(|at| {
                let (word, clips) = if now >= *at {
                    ("SUCCESS", json!([{"audio_url": "https://cdn.example/a.mp3"}]))
                } else {
                    ("IN_PROGRESS", json!(null))
                };
                json!({"task_id": id, "action": "MUSIC", "status": word, "data": clips})
            })
        };
        match &request.body {
            Some(body) => {
                let body: Json = serde_json::from_str(body).unwrap();
                let found: Vec<Json> =
                    body["ids"].as_array().unwrap().iter().filter_map(|id| song(id.as_str().unwrap())).collect();
                ok(json!({"code": "success", "data": if found.is_empty() { json!(null) } else { json!(found) }}))
            }
            None => {
                let id = request.url.rsplit('/').next().unwrap();
                match song(id) {
                    Some(song) => ok(json!({"code": "success", "data": song})),
                    None => said(400, json!({"code": "task_not_exist", "message": "task_not_exist", "data": null})),
                }
            }
        }
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("song-{at}")).collect()
}

fn done(ids: &[String], at: impl Fn(usize) -> f64) -> HashMap<String, f64> {
    ids.iter().enumerate().map(|(index, id)| (id.clone(), at(index))).collect()
}

pub fn all(format: Format, ids: &[String], given: Json, relay: &mut dyn FnMut(&Request, f64) -> Exchange) -> Together {
    let tasks: Vec<Named> = ids.iter().map(|id| (id.as_str(), format, None)).collect();
    World::new(&config(), relay).all(&tasks, options(given))
}

fn none(_: &Request, _: f64) -> Option<Exchange> {
    None
}

fn is_batch(request: &Request) -> bool {
    request.body.is_some()
}

#[test]
fn many_tasks_are_asked_for_together() {
    let ids = ids(1_000);
    let done = done(&ids, |_| 30_000.0);
    let run = all(Format::Suno, &ids, json!({}), &mut songs(&done, none));
    assert!(run.results.iter().all(|result| result.as_ref().unwrap().outputs.len() == 1));
    assert_eq!(run.singles(), [""; 0]);
    // Twenty a round, and no more rounds than one task alone takes.
    assert_eq!(run.requests.len() % 20, 0);
    let rounds = run.pauses[0].len() + 1;
    assert_eq!(run.requests.len() / 20, rounds);
    assert!((5..10).contains(&rounds), "{rounds}");
}

#[test]
fn those_who_are_answered_together_stay_together() {
    // Wherever their turns fall between two beats.
    for min in 200..300 {
        let ids = ids(12);
        let done = done(&ids, |_| 3_000.0);
        let run = all(Format::Suno, &ids, json!({"poll": {"minMs": min, "maxMs": 800}}), &mut songs(&done, none));
        assert_eq!(run.requests.len(), run.pauses[0].len() + 1, "{min}");
    }
}

#[test]
fn those_that_lost_step_come_together_again() {
    // Every task changes at a moment of its own, which brings its pace back to the fastest.
    let ids = ids(40);
    let done = done(&ids, |at| 60_000.0 + 1_000.0 * at as f64);
    let mut relay = songs(&done, none);
    let mut alone = |request: &Request, now: f64| relay(request, now);
    let run = all(Format::Suno, &ids, json!({}), &mut alone);
    let polls: usize = run.pauses.iter().map(|pauses| pauses.len() + 1).sum();
    assert!(run.requests.len() * 10 < polls, "{} requests for {polls} polls", run.requests.len());
}

#[test]
fn results_come_in_order_of_completion() {
    let ids = ids(3);
    let done = done(&ids, |at| [30_000.0, 0.0, 15_000.0][at]);
    let run = all(Format::Suno, &ids, json!({}), &mut songs(&done, none));
    assert_eq!(run.ended, [1, 2, 0]);
}

#[test]
fn one_alone_asks_as_ever() {
    let ids = ids(1);
    let run = all(Format::Suno, &ids, json!({}), &mut songs(&done(&ids, |_| 5_000.0), none));
    assert!(run.batches().is_empty() && run.results[0].is_ok());
}

#[test]
fn the_last_one_asks_singly() {
    let ids = ids(2);
    let run = all(Format::Suno, &ids, json!({}), &mut songs(&done(&ids, |at| 60_000.0 * at as f64), none));
    assert_eq!(run.batches().len(), 1);
    assert!(run.results.iter().all(Result::is_ok));
}

#[test]
fn who_is_missing_asks_singly_and_costs_the_others_nothing() {
    let mut ids = ids(3);
    let done = done(&ids, |_| 40_000.0);
    ids.push("gone".to_owned());
    let run = all(Format::Suno, &ids, json!({}), &mut songs(&done, none));
    assert_eq!(run.results[3].as_ref().unwrap_err().code, Code::NotFound);
    assert!(run.results[..3].iter().all(Result::is_ok));
    assert!(run.singles().iter().all(|url| url.ends_with("/gone")), "{:?}", run.singles());
    // It was given its moment to become known, as a wait by itself gives it.
    assert!(run.pauses[3].iter().sum::<f64>() > 10_000.0, "{:?}", run.pauses[3]);
    // And is not carried along for ever.
    let carried = run.batches().iter().filter(|batch| batch.body.as_ref().unwrap().contains("gone")).count();
    assert!((1..=3).contains(&carried), "{carried}");
}

#[test]
fn tasks_that_nobody_knows_are_no_reason_to_give_up_batches() {
    let ids = ids(3);
    let done = done(&ids, |_| 20_000.0);
    let mut relay = songs(&done, |request, now| {
        (now < 5_000.0 && is_batch(request)).then(|| ok(json!({"code": "success", "message": "", "data": null})))
    });
    let run = all(Format::Suno, &ids, json!({}), &mut relay);
    assert!(run.results.iter().all(Result::is_ok));
    assert!(run.batches().len() > 3 && run.singles().len() == 6, "{} {}", run.batches().len(), run.singles().len());
}

#[test]
fn a_relay_without_the_route_is_asked_singly_for_good() {
    let refusals = [
        status(404),
        status(405),
        status(501),
        page(200),
        page(404),
        said(400, json!({"error": {"message": "Invalid URL (POST /suno/fetch)"}})),
        said(401, json!({"error": {"message": "no"}})),
        ok(json!({"code": "success", "data": [{"task_id": "another", "status": "SUCCESS"}]})),
        ok(json!({"hello": 1})),
        status(200),
    ];
    for refusal in refusals {
        let ids = ids(5);
        let done = done(&ids, |_| 30_000.0);
        let mut relay = songs(&done, |request, _| is_batch(request).then(|| refusal.clone()));
        let run = all(Format::Suno, &ids, json!({"failures": 0}), &mut relay);
        assert!(run.results.iter().all(Result::is_ok), "{refusal:?}: {:?}", run.results[0]);
        assert_eq!(run.batches().len(), 1, "{refusal:?}");
    }
}

#[test]
fn what_may_pass_befalls_every_one_of_them() {
    for (trouble, code) in [(status(429), Code::RateLimited), (Exchange::Failed(Trouble::Network), Code::Network)] {
        let ids = ids(4);
        let mut relay = |_: &Request, _: f64| trouble.clone();
        let run = all(Format::Suno, &ids, json!({"failures": 2}), &mut relay);
        assert!(run.results.iter().all(|result| result.as_ref().unwrap_err().code == code), "{code:?}");
        let failure = run.results[3].as_ref().unwrap_err();
        assert_eq!((failure.task_ref.as_ref().unwrap().id.as_str(), failure.seen.as_ref().unwrap()[0].1), ("song-3", 3));
        // Asked again together: singly would be the worse for the relay.
        assert_eq!((run.batches().len(), run.singles().len()), (3, 0), "{code:?}");
    }
}

#[test]
fn the_relays_pause_holds_for_all() {
    let ids = ids(3);
    let done = done(&ids, |_| 0.0);
    let slow = |request: &Request, now: f64| {
        let wait = crate::make::with(status(429), |headers| headers.retry_after = Some("20".to_owned()));
        (is_batch(request) && now < 10_000.0).then_some(wait)
    };
    let run = all(Format::Suno, &ids, json!({}), &mut songs(&done, slow));
    assert!(run.pauses.iter().all(|pauses| pauses.len() == 1 && pauses[0] >= 20_000.0), "{:?}", run.pauses);
    assert_eq!(run.requests.len(), 2);
}

#[test]
fn a_batch_that_goes_on_failing_loses_no_task() {
    for trouble in [status(500), Exchange::Failed(Trouble::Timeout)] {
        let ids = ids(4);
        let done = done(&ids, |_| 300_000.0);
        let mut relay = songs(&done, |request, _| is_batch(request).then(|| trouble.clone()));
        let run = all(Format::Suno, &ids, json!({"failures": 1}), &mut relay);
        assert!(run.results.iter().all(Result::is_ok), "{:?}", run.results[0]);
        assert_eq!(run.batches().len(), 3, "and is left alone after a while");
    }
}

#[test]
fn a_relay_that_was_down_is_asked_together_again() {
    let ids = ids(4);
    let done = done(&ids, |_| 400_000.0);
    let mut relay = songs(&done, |_, now| (now < 60_000.0).then(|| status(502)));
    let run = all(Format::Suno, &ids, json!({"failures": 100}), &mut relay);
    assert!(run.results.iter().all(Result::is_ok));
    let late = run.requests.iter().filter(|(at, ..)| *at > 90_000.0);
    assert!(late.into_iter().all(|(_, _, batch)| *batch), "{:?}", run.singles());
}

#[test]
fn the_deadline_is_each_ones_own() {
    let ids = ids(3);
    let done = done(&ids, |at| if at == 0 { 1_000.0 } else { f64::INFINITY });
    let run = all(Format::Suno, &ids, json!({"timeoutMs": 30_000}), &mut songs(&done, none));
    assert!(run.results[0].is_ok());
    for late in &run.results[1..] {
        let failure = late.as_ref().unwrap_err();
        assert_eq!(failure.code, Code::WaitTimeout);
        assert!(failure.task.is_some() && failure.seen.as_ref().unwrap()[0].0 == "running");
    }
    assert!(run.requests.iter().all(|(at, request, _)| *at <= 30_000.0 && request.timeout_ms <= 30_000.0));
    assert!(run.requests.last().unwrap().0 > 28_000.0, "a last poll before the end");
}

#[test]
fn a_batch_that_hangs_does_not_outlast_the_deadline() {
    let ids = ids(2);
    let mut relay = |_: &Request, _: f64| Exchange::Failed(Trouble::Timeout);
    let run = all(Format::Suno, &ids, json!({"timeoutMs": 10_000, "failures": 50}), &mut relay);
    assert!(run.results.iter().all(|result| result.is_err()));
    assert!(run.requests.iter().all(|(at, request, _)| at + request.timeout_ms <= 10_500.0));
}

#[test]
fn pauses_keep_to_the_callers_bounds() {
    let ids = ids(8);
    let done = done(&ids, |at| 50_000.0 + 333.0 * at as f64);
    for poll in
        [json!({"minMs": 1_000, "maxMs": 3_000}), json!({"minMs": 2_000, "maxMs": 2_000}), json!({"minMs": 0, "maxMs": 500})]
    {
        let (min, max) = (poll["minMs"].as_f64().unwrap(), poll["maxMs"].as_f64().unwrap());
        let run = all(Format::Suno, &ids, json!({"poll": poll, "timeoutMs": 600_000}), &mut songs(&done, none));
        assert!(run.results.iter().all(Result::is_ok));
        let sound = |ms: &f64| *ms >= min - 1e-6 && *ms <= max + 1e-6;
        assert!(run.pauses.iter().flatten().all(sound), "{min}..{max}: {:?}", run.pauses[0]);
    }
}

#[test]
fn a_pause_is_moved_to_a_beat_within_its_bounds() {
    for ms in [2_000.0, 2_100.0, 3_777.0, 9_999.0, 15_000.0] {
        for since in [0.0, 10.0, 12_345.0, 1_000_003.0] {
            let moved = poll::aligned(ms, 2_000.0, 15_000.0, 2_000.0, since);
            assert!(
                (2_000.0..=15_000.0).contains(&moved) && (moved - ms).abs() <= 2_000.0_f64.max(ms / 4.0),
                "{ms} {since} {moved}"
            );
            assert!((since + moved) % 1_000.0 < 1e-6, "{ms} {since} {moved}");
        }
    }
    // No beat fits between bounds that are one: then the pause is what it was.
    assert_eq!(poll::aligned(2_000.0, 2_000.0, 2_000.0, 2_000.0, 10.0), 2_000.0);
}
