//! Waiting: polls, their pace, the deadline, and what is told on the way.

use std::rc::Rc;

use reelay::failure::Code;
use reelay::flow::wait::{Notice, State, Wait};
use reelay::flow::{Act, Action, Event, Exchange, Pause, Request, Trouble, Why};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::WaitOptions;
use reelay::platform::Moment;
use reelay::task::{Status, Task};
use serde_json::{Value as Json, json};

use crate::drive::{LATENCY, Run, World, script};
use crate::make::{RELAY, START, config, ok, reason, status, with};

pub fn options(given: Json) -> WaitOptions {
    WaitOptions::read(&crate::make::value(given), true).unwrap()
}

pub fn wait_with(given: Json, relay: &mut dyn FnMut(&Request, f64) -> Exchange) -> Run<Rc<Task>> {
    let config = config();
    World::new(&config, relay).wait(Some(Format::OpenaiVideos), options(given))
}

pub fn wait(answers: Vec<Exchange>) -> Run<Rc<Task>> {
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
fn the_pace_is_measured_from_the_first_progress_seen() {
    // One per cent a second: a part of what is left is slept, whichever poll it is.
    let mut relay = |_: &Request, now: f64| if now >= 100_000.0 { at("done", 100) } else { at("running", (now / 1000.0) as u32) };
    let run = wait_with(json!({"poll": {"maxMs": 60_000}}), &mut relay);
    let long = run.slept().iter().copied().fold(0.0, f64::max);
    assert!(run.requests.len() < 12 && (35_000.0..45_000.0).contains(&long), "{:?}", run.slept());
    assert!(run.took < 103_000.0, "and the end is not slept through: {}", run.took);
}

#[test]
fn what_is_left_is_told_where_progress_tells_it() {
    let mut relay = |_: &Request, now: f64| match now {
        100_000.0.. => at("done", 100),
        20_000.0.. => at("running", ((now - 20_000.0) / 800.0) as u32),
        _ => at("queued", 0),
    };
    let run = wait_with(json!({}), &mut relay);
    let told: Vec<(Status, Option<f64>)> = run
        .notices
        .iter()
        .filter_map(|notice| match notice {
            Notice::Changed(task) => Some((task.status, task.eta_ms)),
            Notice::UnknownStatus(_) => None,
        })
        .collect();
    let of = |status: Status| told.iter().filter(move |told| told.0 == status).map(|told| told.1);
    assert!(of(Status::Queued).chain(of(Status::Succeeded)).all(|eta| eta.is_none()), "{told:?}");
    let running: Vec<f64> = of(Status::Running).flatten().collect();
    assert!(running.len() > 3 && running.windows(2).all(|pair| pair[1] < pair[0]), "{told:?}");
    assert!((30_000.0..80_000.0).contains(&running[0]), "{told:?}");
}

#[test]
fn progress_that_stands_still_is_no_news_and_no_estimate() {
    let mut relay =
        |_: &Request, now: f64| if now >= 200_000.0 { at("done", 100) } else { at("running", (now / 1000.0).min(90.0) as u32) };
    let run = wait_with(json!({}), &mut relay);
    let last = run.notices.iter().rev().nth(1);
    assert!(matches!(last, Some(Notice::Changed(task)) if task.progress == Some(0.9)), "{last:?}");
    let stuck = |notice: &&Notice| matches!(notice, Notice::Changed(task) if task.progress == Some(0.9));
    assert_eq!(run.notices.iter().filter(stuck).count(), 1, "what is left is no change");
    assert!(run.slept().iter().rev().take(10).all(|ms| (3_000.0..3_600.0).contains(ms)), "{:?}", run.slept());
}

#[test]
fn the_pause_that_a_relay_asks_for_comes_first() {
    let paced = |after: &str| with(at("running", 10), |headers| headers.retry_after = Some(after.to_owned()));
    let run = wait(vec![paced("7"), paced("30"), paced("900"), paced("0"), paced("soon"), at("done", 100)]);
    let slept = run.slept();
    assert_eq!(slept[..4], [7_000.0, 30_000.0, 60_000.0, 2_000.0], "the caller's least pause and 60 s are its bounds");
    assert!((2_000.0..15_000.0).contains(&slept[4]), "{slept:?}");
}

#[test]
fn a_relay_that_invents_words_does_not_fill_the_memory() {
    let mut count = 0;
    let mut relay = |_: &Request, _: f64| {
        count += 1;
        if count % 2 == 0 { status(500 + count / 2 % 90) } else { at(&format!("word {count}"), 0) }
    };
    let run = wait_with(json!({"timeoutMs": 3_600_000, "poll": {"maxMs": 2000}}), &mut relay);
    assert_eq!(run.failure().seen.as_ref().unwrap().len(), 32);
    assert_eq!(run.notices.iter().filter(|notice| matches!(notice, Notice::UnknownStatus(_))).count(), 32);
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
fn a_timer_that_fires_early_does_not_add_polls() {
    let config = config();
    let mut machine = Wait::new(State::new("t", RELAY, Some(Format::OpenaiVideos), START), options(json!({"timeoutMs": 3000})));
    let at_ms = |machine: &mut Wait, now: f64, event: Event| {
        machine.next(event, None, &config, Moment { now: START + now, jitter: 0.5 }, &PLATFORM)
    };
    assert!(matches!(at_ms(&mut machine, 0.0, Event::Start), Action::Do(Act::Send(_))));
    let pause = at_ms(&mut machine, 1000.0, Event::Ended(Box::new(at("running", 1))));
    assert!(matches!(pause, Action::Do(Act::Sleep(Pause { ms, .. })) if ms == 1700.0), "{pause:?}");
    assert!(matches!(at_ms(&mut machine, 2690.0, Event::Slept), Action::Do(Act::Send(_))));
    let end = at_ms(&mut machine, 2695.0, Event::Ended(Box::new(at("running", 1))));
    assert!(matches!(end, Action::Done(Err(failure)) if failure.code == Code::WaitTimeout), "the last poll is the last");
}

#[test]
fn a_clock_set_back_does_not_lengthen_the_wait() {
    let config = config();
    let day = 86_400_000.0;
    let answered = || Event::Ended(Box::new(at("running", 1)));
    let given = || options(json!({"timeoutMs": 60_000, "poll": {"minMs": 30_000, "maxMs": 30_000}}));
    let mut machine = Wait::new(State::new("t", RELAY, Some(Format::OpenaiVideos), START), given());
    let mut at_ms =
        |now: f64, event: Event| machine.next(event, None, &config, Moment { now: START + now, jitter: 0.5 }, &PLATFORM);
    at_ms(0.0, Event::Start);
    assert!(matches!(at_ms(10_000.0, answered()), Action::Do(Act::Sleep(Pause { ms: 30_000.0, .. }))));
    // Thirty seconds later the clock shows yesterday: what it had shown before still counts.
    assert!(matches!(at_ms(40_000.0 - day, Event::Slept), Action::Do(Act::Send(_))));
    assert!(matches!(at_ms(50_000.0 - day, answered()), Action::Do(Act::Sleep(Pause { ms: 30_000.0, .. }))));
    at_ms(80_000.0 - day, Event::Slept);
    let end = at_ms(80_010.0 - day, answered());
    assert!(matches!(end, Action::Do(Act::Sleep(Pause { ms, .. })) if ms < 10_000.0), "{end:?}");
    at_ms(89_000.0 - day, Event::Slept);
    let end = at_ms(89_010.0 - day, answered());
    assert!(matches!(end, Action::Done(Err(failure)) if failure.code == Code::WaitTimeout));
    // So does a stored wait that is taken up before it began.
    let mut later = Wait::new(State::new("t", RELAY, Some(Format::OpenaiVideos), START), given());
    later.next(Event::Start, None, &config, Moment { now: START - day, jitter: 0.5 }, &PLATFORM);
    assert_eq!(later.state.started, START - day);
}

#[test]
fn a_request_that_had_to_queue_keeps_the_deadline() {
    let config = config();
    let mut machine = Wait::new(State::new("t", RELAY, None, START), options(json!({"timeoutMs": 10_000})));
    let Action::Do(Act::Send(request)) = machine.next(Event::Start, None, &config, Moment { now: START, jitter: 0.5 }, &PLATFORM)
    else {
        panic!("a wait begins with a poll")
    };
    assert_eq!((request.timeout_ms, request.queue_ms), (10_000.0, Some(10_000.0)));
    let given = [0.0, 4000.0, 9990.0].map(|waited| request.patience(waited));
    assert_eq!(given, [10_000.0, 6000.0, 250.0], "but even a late one is given a moment");
    let lone = Request { queue_ms: None, ..*request };
    assert_eq!(lone.patience(60_000.0), 10_000.0, "without a deadline every request has all its time");
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
