//! Waiting: polls, their pace, the deadline, and what is told on the way.

use reelay::failure::Code;
use reelay::flow::wait::{Notice, State, Wait};
use reelay::flow::{Action, Event, Exchange, Request, Trouble, Why};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::WaitOptions;
use reelay::task::{Status, Task};
use reelay::value::Value;
use serde_json::{Value as Json, json};

use crate::drive::{LATENCY, Run, World, script};
use crate::make::{RELAY, START, config, moment, ok, reason, status};

pub fn options(given: Json) -> WaitOptions {
    WaitOptions::read(&crate::make::value(given), true).unwrap()
}

pub fn wait_with(given: Json, relay: &mut dyn FnMut(&Request, f64) -> Exchange) -> Run<Task> {
    let config = config();
    World::new(&config, relay).wait(Some(Format::OpenaiVideos), options(given))
}

pub fn wait(answers: Vec<Exchange>) -> Run<Task> {
    wait_with(json!({}), &mut script(answers))
}

pub fn at(status: &str, progress: u32) -> Exchange {
    ok(json!({"id": "t", "status": status, "progress": progress}))
}

#[test]
fn a_wait_ends_with_the_succeeded_task() {
    let run = wait(vec![at("queued", 0), at("in_progress", 40), at("completed", 100)]);
    assert_eq!(run.result.as_ref().unwrap().status, Status::Succeeded);
    assert_eq!(run.requests.len(), 3);
    assert!(
        run.pauses.iter().all(|pause| pause.why == Why::Poll && (2000.0..=15_000.0).contains(&pause.ms)),
        "{:?}",
        run.slept()
    );
}

#[test]
fn a_finished_task_is_not_waited_for() {
    let run = wait(vec![at("completed", 100)]);
    assert_eq!((run.pauses.len(), run.took), (0, LATENCY));
}

#[test]
fn a_finished_task_stays_finished_whatever_else_its_body_says() {
    let body = json!({"id": "t", "status": "success", "progress": 3, "error": {"code": "c", "message": "m"}, "detail": {"error_message": "x"}});
    assert_eq!(wait(vec![ok(body)]).result.unwrap().error, None);
}

#[test]
fn a_failed_task_rejects_with_the_task_and_its_reason() {
    let run =
        wait(vec![at("queued", 0), ok(json!({"id": "t", "status": "FAILURE", "error": {"code": "c", "message": "refused"}}))]);
    let failure = run.failure();
    assert_eq!((failure.code, failure.server.clone()), (Code::TaskFailed, Some(reason(Some("c"), Some("refused")))));
    assert_eq!(failure.task.as_ref().unwrap().error, Some(reason(Some("c"), Some("refused"))));
    assert!(failure.message.contains("refused"));
    assert_eq!(failure.task_ref.as_ref().unwrap().id, "t");
}

#[test]
fn an_expired_task_rejects_with_the_task() {
    let run = wait(vec![at("expired", 100)]);
    let failure = run.failure();
    assert_eq!((failure.code, failure.server.clone()), (Code::TaskExpired, None));
    assert_eq!(failure.task.as_ref().unwrap().status, Status::Expired);
}

#[test]
fn an_unknown_status_is_not_final_and_is_told_once() {
    let run = wait(vec![
        at("warming_up", 0),
        at("warming_up", 0),
        at("UNKNOWN", 0),
        at("warming_up", 0),
        at("cooling", 0),
        at("done", 0),
    ]);
    assert!(run.result.is_ok());
    let told: Vec<&Notice> = run.notices.iter().filter(|notice| matches!(notice, Notice::UnknownStatus(_))).collect();
    assert_eq!(told, [&Notice::UnknownStatus("warming_up".to_owned()), &Notice::UnknownStatus("cooling".to_owned())]);
}

#[test]
fn changes_are_told_and_nothing_else() {
    let run =
        wait(vec![at("queued", 0), at("queued", 0), at("running", 10), at("running", 10), at("running", 20), at("done", 100)]);
    let told: Vec<(Status, Option<f64>)> = run
        .notices
        .iter()
        .map(|notice| match notice {
            Notice::Changed(task) => (task.status, task.progress),
            other => panic!("{other:?}"),
        })
        .collect();
    let running = Status::Running;
    assert_eq!(told, [(Status::Queued, Some(0.0)), (running, Some(0.1)), (running, Some(0.2)), (Status::Succeeded, Some(1.0))]);
}

#[test]
fn polls_keep_to_the_callers_bounds() {
    let mut relay = |_: &Request, _: f64| at("queued", 0);
    let run = wait_with(json!({"timeoutMs": 60_000, "poll": {"minMs": 100, "maxMs": 300}}), &mut relay);
    assert!(run.slept().iter().all(|ms| (100.0..=300.0).contains(ms)), "{:?}", run.slept());
    assert!(run.slept().contains(&300.0));
}

#[test]
fn the_deadline_is_kept_with_a_last_poll_before_it() {
    let mut relay = |_: &Request, _: f64| at("in_progress", 10);
    let run = wait_with(json!({"timeoutMs": 60_000}), &mut relay);
    let failure = run.failure();
    assert_eq!(failure.code, Code::WaitTimeout);
    assert!(run.took <= 60_000.0, "{}", run.took);
    assert!(run.took >= 58_900.0, "a last look is taken just before the end: {}", run.took);
    assert_eq!(failure.seen, Some(vec![("running".to_owned(), run.requests.len() as u32)]));
    assert_eq!(failure.task.as_ref().unwrap().status, Status::Running);
    assert_eq!(failure.task_ref.as_ref().unwrap().base_url, RELAY);
}

#[test]
fn a_task_that_finishes_late_is_caught_by_the_last_poll() {
    let mut relay = |_: &Request, now: f64| if now > 58_500.0 { at("done", 100) } else { at("running", 10) };
    assert!(wait_with(json!({"timeoutMs": 60_000}), &mut relay).result.is_ok());
}

#[test]
fn a_deadline_of_nothing_is_one_poll() {
    let run = wait_with(json!({"timeoutMs": 0}), &mut script(vec![at("running", 1)]));
    assert_eq!(run.failure().code, Code::WaitTimeout);
    assert_eq!(run.requests[0].timeout_ms, 250.0, "even it is given a moment");
    assert!(wait_with(json!({"timeoutMs": 0}), &mut script(vec![at("done", 1)])).result.is_ok());
}

#[test]
fn a_relay_that_never_answers_does_not_outlast_the_deadline() {
    let mut relay = |_: &Request, _: f64| Exchange::Failed(Trouble::Timeout);
    let run = wait_with(json!({"timeoutMs": 45_000, "failures": 100}), &mut relay);
    assert_eq!(run.failure().code, Code::WaitTimeout);
    assert!(run.took <= 45_250.0, "{}", run.took);
    assert_eq!(run.failure().seen.as_ref().unwrap()[0].0, "timeout");
}

#[test]
fn what_was_seen_is_counted() {
    let mut answers =
        vec![at("queued", 0), status(502), at("running", 5), status(429), status(502), Exchange::Failed(Trouble::Network)]
            .into_iter();
    let mut relay = move |_: &Request, _: f64| answers.next().unwrap_or_else(|| at("odd", 0));
    let run = wait_with(json!({"timeoutMs": 120_000}), &mut relay);
    let seen = run.failure().seen.clone().unwrap();
    let names: Vec<&str> = seen.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(names, ["queued", "http 502", "running", "http 429", "network", "unknown"]);
    assert_eq!(seen.iter().find(|(what, _)| what == "http 502").unwrap().1, 2);
}

#[test]
fn without_a_deadline_a_wait_goes_on() {
    let mut relay = |_: &Request, now: f64| if now > 40.0 * 3_600_000.0 { at("done", 100) } else { at("running", 1) };
    assert!(wait_with(json!({"timeoutMs": null}), &mut relay).result.is_ok());
}

#[test]
fn the_route_that_was_found_is_kept() {
    let config = config();
    let mut answers = vec![status(404), at("queued", 0), at("done", 100)].into_iter();
    let mut relay = |_: &Request, _: f64| answers.next().unwrap();
    let run = World::new(&config, &mut relay).wait(None, options(json!({})));
    assert_eq!(run.urls()[1..], ["https://relay.example/v1/video/query?id=t", "https://relay.example/v1/video/query?id=t"]);
    assert_eq!(run.result.unwrap().task_ref.format, Format::UnifiedVideo);
}

#[test]
fn a_stored_state_goes_on_where_it_stopped() {
    let config = config();
    let mut first = Wait::new(State::new("t", RELAY, None, START), options(json!({})));
    assert!(matches!(first.next(Event::Start, None, &config, moment(), &PLATFORM), Action::Send(_)));
    assert!(matches!(
        first.next(Event::Ended(Box::new(at("running", 10))), None, &config, moment(), &PLATFORM),
        Action::Sleep(_)
    ));
    let stored = serde_json::to_value(&first.state).unwrap();
    let read: Value = serde_json::from_value(stored.clone()).unwrap();
    let state = State::read(&read).unwrap();
    assert_eq!(state, first.state);
    assert_eq!((state.polls, state.format, state.id.as_str()), (1, Some(Format::OpenaiVideos), "t"));
    for key in ["v", "id", "baseUrl", "started", "polls", "failures", "lastMs"] {
        let mut broken = stored.clone();
        broken[key] = json!({});
        assert_eq!(State::read(&serde_json::from_value(broken).unwrap()), None, "{key}");
    }
    let mut other = stored;
    other["v"] = json!(2);
    assert_eq!(State::read(&serde_json::from_value(other).unwrap()), None, "another version is not guessed at");
}
