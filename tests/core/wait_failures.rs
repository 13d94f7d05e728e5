//! Waiting through trouble: the budget of failed polls, the grace of a young task, and what stops at once.

use reelay::failure::Code;
use reelay::flow::{Exchange, Request, Trouble};
use serde_json::json;

use crate::make::{ok, page, said, status, with};
use crate::wait::{at, wait, wait_with};

fn times(count: usize, exchange: fn() -> Exchange) -> Vec<Exchange> {
    (0..count).map(|_| exchange()).collect()
}

fn down() -> Exchange {
    Exchange::Failed(Trouble::Network)
}

#[test]
fn a_wait_bears_ten_failed_polls_in_a_row() {
    let mut answers = vec![at("running", 1)];
    answers.extend(times(10, down));
    answers.push(at("done", 100));
    assert!(wait(answers).result.is_ok());
}

#[test]
fn one_more_ends_it_with_what_was_seen() {
    let mut answers = vec![at("running", 1)];
    answers.extend(times(11, || status(502)));
    let run = wait(answers);
    let failure = run.failure();
    assert_eq!((failure.code, failure.http_status), (Code::Server, Some(502)));
    assert_eq!(failure.seen, Some(vec![("running".to_owned(), 1), ("http 502".to_owned(), 11)]));
    assert!(failure.task.is_some(), "the last snapshot is not lost");
}

#[test]
fn a_good_poll_resets_the_budget() {
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.extend(times(10, || status(500)));
        answers.push(at("running", 1));
    }
    answers.push(at("done", 100));
    assert!(wait(answers).result.is_ok());
}

#[test]
fn the_budget_is_the_callers() {
    let none = wait_with(json!({"failures": 0}), &mut crate::drive::script(vec![status(500)]));
    assert_eq!(none.failure().code, Code::Server);
    let two = wait_with(json!({"failures": 2}), &mut crate::drive::script(vec![page(200), down(), status(429)]));
    assert_eq!((two.failure().code, two.requests.len()), (Code::RateLimited, 3));
}

#[test]
fn a_young_task_may_be_unknown_for_a_moment() {
    let mut relay = |_: &Request, now: f64| if now < 12_000.0 { status(404) } else { at("done", 100) };
    let run = wait_with(json!({"failures": 0}), &mut relay);
    assert!(run.result.is_ok(), "a 404 of a young task is not counted");
    assert!(run.requests.len() >= 4);
}

#[test]
fn an_old_unknown_task_is_not_found() {
    let mut relay = |_: &Request, _: f64| said(404, json!({"detail": "Video not found"}));
    let run = wait_with(json!({}), &mut relay);
    assert_eq!(run.failure().code, Code::NotFound);
    assert!((15_000.0..30_000.0).contains(&run.took), "{}", run.took);
    let mut relay = |_: &Request, _: f64| said(400, json!({"code": "task_not_exist", "message": "m", "data": null}));
    assert_eq!(wait_with(json!({}), &mut relay).failure().code, Code::NotFound, "new-api says it with a 400");
}

#[test]
fn a_task_that_was_seen_is_not_lost_by_one_404() {
    let mut answers = vec![at("running", 1)];
    answers.extend(times(10, || status(404)));
    answers.push(at("done", 100));
    assert!(wait(answers).result.is_ok());
    let mut answers = vec![at("running", 1)];
    answers.extend(times(11, || status(404)));
    assert_eq!(wait(answers).failure().code, Code::NotFound);
}

#[test]
fn what_will_not_pass_stops_at_once() {
    let stops = [
        (status(401), Code::Auth),
        (status(403), Code::Auth),
        (status(402), Code::InsufficientFunds),
        (said(400, json!({"code": "imagine:content-moderated", "error": "moderated"})), Code::Rejected),
        (said(200, json!({"code": 451, "msg": "video_unsafe", "data": null})), Code::Rejected),
        (crate::make::redirect(302, "http://relay.example/"), Code::UnsafeUrl),
    ];
    for (exchange, code) in stops {
        let run = wait(vec![at("running", 1), exchange]);
        assert_eq!((run.failure().code, run.requests.len()), (code, 2));
        assert!(run.failure().task.is_some() && run.failure().task_ref.is_some());
    }
}

#[test]
fn too_early_is_no_refusal() {
    let run = wait(vec![status(425), at("running", 1), status(425), at("done", 100)]);
    assert!(run.result.is_ok());
    let run = wait_with(json!({"failures": 1}), &mut crate::drive::script(vec![status(425), status(425)]));
    assert_eq!((run.failure().http_status, run.requests.len()), (Some(425), 2), "but it uses up the budget");
}

#[test]
fn a_poll_is_one_attempt() {
    let run = wait(vec![status(503), at("done", 100)]);
    assert_eq!(run.slept(), [2000.0], "the wait's own pace is the retry's");
}

#[test]
fn the_relays_pause_is_kept_and_capped() {
    let after = |seconds: &str| with(status(429), |headers| headers.retry_after = Some(seconds.to_owned()));
    let run = wait(vec![after("1"), after("40"), after("3600"), at("done", 100)]);
    assert_eq!(run.slept(), [2000.0, 40_000.0, 60_000.0]);
}

#[test]
fn the_relays_pause_does_not_outlast_the_deadline() {
    let mut relay = |_: &Request, _: f64| with(status(429), |headers| headers.retry_after = Some("50".to_owned()));
    let run = wait_with(json!({"timeoutMs": 30_000}), &mut relay);
    assert_eq!(run.failure().code, Code::WaitTimeout);
    assert!(run.took <= 30_000.0);
}

#[test]
fn an_empty_envelope_is_a_failed_poll_and_no_end() {
    let run = wait(vec![at("running", 1), ok(json!({"code": "success", "data": null})), at("done", 100)]);
    assert!(run.result.is_ok());
}
