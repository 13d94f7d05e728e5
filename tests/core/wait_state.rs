//! A wait in steps: what is stored between two polls brings it on as if it had never stopped.

use std::rc::Rc;

use proptest::prelude::*;
use reelay::failure::Code;
use reelay::flow::wait::{Notice, State, Wait};
use reelay::flow::{Act, Action, Event, Exchange};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::WaitOptions;
use reelay::platform::Moment;
use reelay::policy::poll::Pace;
use reelay::task::Task;
use serde_json::json;

use crate::make::{RELAY, START, config, ok, status};
use crate::random::cases;
use crate::wait::{at, options};

/// One poll, `now` milliseconds after the begin.
fn step(wait: &mut Wait, now: f64, answer: Exchange) -> (Option<String>, Action<Rc<Task>>) {
    let config = config();
    let mut asked = None;
    let mut event = Event::Start;
    loop {
        match wait.next(event, None, &config, Moment { now: START + now, jitter: 0.5 }, &PLATFORM) {
            Action::Do(Act::Send(request)) => {
                asked = Some(request.url);
                event = Event::Ended(Box::new(answer.clone()));
            }
            end => return (asked, end),
        }
    }
}

fn stored(state: &State) -> State {
    State::read(&state.id, &state.base_url, state.format, &state.write()).unwrap()
}

fn pause(end: &Action<Rc<Task>>) -> f64 {
    match end {
        Action::Do(Act::Sleep(pause)) => pause.ms,
        other => panic!("no pause: {other:?}"),
    }
}

fn at_fraction(progress: f64) -> Exchange {
    ok(json!({"id": "t", "status": "pending", "detail": {"pending_info": {"progress_pct": progress}}}))
}

#[test]
fn the_route_that_was_found_is_kept() {
    let mut wait = Wait::new(State::new("t", RELAY, None, START), options(json!({})));
    step(&mut wait, 0.0, ok(json!({"id": "t", "status": "queued"})));
    let state = stored(&wait.state);
    assert_eq!((state.format, state.id.as_str(), state.base_url.as_str()), (Some(Format::OpenaiVideos), "t", RELAY));
    let (asked, _) = step(&mut Wait::new(state, options(json!({}))), 2000.0, at("running", 1));
    assert_eq!(asked.as_deref(), Some("https://relay.example/v1/videos/t"));
}

#[test]
fn a_wait_in_steps_pauses_as_one_that_never_stops() {
    let answers = || {
        let early = || at_fraction(0.012_345_678);
        let fine = || at_fraction(0.930_217_817_517_670_4);
        let mut all = vec![at("queued", 0), at("queued", 0), at("queued", 0), early(), early(), early()];
        all.extend([at("running", 29), at("running", 57), fine(), fine(), fine(), status(502), status(502)]);
        all
    };
    let mut whole = Wait::new(State::new("t", RELAY, None, START), options(json!({})));
    let mut state = whole.state.clone();
    let mut now = 0.0;
    for answer in answers() {
        let kept = pause(&step(&mut whole, now, answer.clone()).1);
        let mut fresh = Wait::new(state, options(json!({})));
        let stepped = pause(&step(&mut fresh, now, answer).1);
        assert!((kept - stepped).abs() <= 2.0, "{kept} and {stepped}");
        state = stored(&fresh.state);
        assert_eq!((state.polls, state.failures, &state.seen), (whole.state.polls, whole.state.failures, &whole.state.seen));
        now += kept;
    }
}

#[test]
fn the_deadline_and_the_budget_outlast_the_steps() {
    let given = || options(json!({"timeoutMs": 60_000, "failures": 2}));
    let mut state = State::new("t", RELAY, Some(Format::OpenaiVideos), START);
    for now in [1000.0, 2000.0] {
        let mut wait = Wait::new(state, given());
        pause(&step(&mut wait, now, status(500)).1);
        state = stored(&wait.state);
    }
    let late = Wait::new(state.clone(), given());
    let (_, end) = step(&mut { late }, 3000.0, status(500));
    assert!(matches!(end, Action::Done(Err(failure)) if failure.code == Code::Server));
    let mut wait = Wait::new(state, given());
    assert_eq!(pause(&step(&mut wait, 58_000.0, at("running", 1)).1), 1000.0, "the last poll is the next");
    let mut last = Wait::new(stored(&wait.state), given());
    let (_, end) = step(&mut last, 58_900.0, at("running", 1));
    let Action::Done(Err(failure)) = end else { panic!("the wait goes on: {end:?}") };
    assert_eq!(
        (failure.code, failure.seen.clone()),
        (Code::WaitTimeout, Some(vec![("http 500".to_owned(), 2), ("running".to_owned(), 2)]))
    );
}

#[test]
fn a_word_that_stays_unknown_is_told_once_in_all_steps() {
    let mut state = State::new("t", RELAY, None, START);
    let mut told = Vec::new();
    for (poll, word) in ["warming_up", "warming_up", "warming_up", "cooling"].into_iter().enumerate() {
        let mut wait = Wait::new(stored(&state), options(json!({})));
        step(&mut wait, poll as f64 * 2000.0, at(word, 0));
        told.extend(wait.take_notices().into_iter().filter(|notice| matches!(notice, Notice::UnknownStatus(_))));
        state = wait.state;
    }
    assert_eq!(told, ["warming_up", "cooling"].map(|word| Notice::UnknownStatus(word.to_owned())));
}

#[test]
fn a_text_that_is_no_state_is_refused() {
    let read = |text: &str| State::read("t", RELAY, None, text);
    let whole = State { seen: vec![("running".to_owned(), 3)], ..State::new("t", RELAY, None, START) }.write();
    assert!(read(&whole).is_some());
    let lines: Vec<&str> = whole.split('\n').collect();
    for line in 0..lines.len() - 1 {
        let short = lines[..line].join("\n");
        let is_whole = line == lines.len() - 2;
        assert!(read(&short).is_none() || is_whole, "{short:?}");
        let mut odd = lines.clone();
        odd[line] = "odd";
        assert!(read(&odd.join("\n")).is_none() || lines[line].parse::<f64>().is_err(), "{odd:?}");
    }
    let mut other = lines.clone();
    other[0] = "2";
    assert_eq!(read(&other.join("\n")), None, "another version is not guessed at");
    assert_eq!((read(""), read("\n"), read("null")), (None, None, None));
}

fn states() -> impl Strategy<Value = State> {
    let counts = (0u32..1000, 0u32..1000, prop::collection::vec(("[a-z 0-9]{1,12}", 1u32..1000), 0..6));
    let pace = (
        0.0..1e9f64,
        prop::option::of((0.0..=1.0f64, 0.0..1e6f64)),
        prop::option::of(("\\PC{0,12}", prop::option::of(0.0..=1.0f64))),
        any::<bool>(),
    );
    (counts, pace).prop_map(|((polls, failures, seen), (moved, first, latest, last_poll))| State {
        polls,
        failures,
        seen,
        pace: Pace { first: first.map(|(progress, after)| (progress, START + after)), moved },
        latest,
        last_poll,
        ..State::new("t", RELAY, None, START)
    })
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn any_state_comes_back_and_once_more_the_same(state in states()) {
        let back = stored(&state);
        prop_assert_eq!(stored(&back), back.clone(), "what was read is written as it was");
        prop_assert_eq!((back.polls, back.failures, &back.seen, back.last_poll), (state.polls, state.failures, &state.seen, state.last_poll));
        prop_assert_eq!(back.started, state.started);
        prop_assert!((back.pace.moved - state.pace.moved).abs() <= 1.0);
        prop_assert_eq!(back.pace.first.is_some(), state.pace.first.is_some());
        if let (Some((read, at)), Some((progress, then))) = (back.pace.first, state.pace.first) {
            prop_assert!((read - progress).abs() < 2e-6 && (at - then).abs() <= 1.0);
        }
    }

    #[test]
    fn any_text_is_a_state_or_none(text in prop_oneof!["\\PC{0,40}", "1(\n[0-9.]{0,12}){0,16}", "1(\n([0-9]{1,9}|[a-z]{1,5})){6,16}"]) {
        if let Some(state) = State::read("t", RELAY, None, &text) {
            let end = step(&mut Wait::new(state, WaitOptions { timeout_ms: f64::INFINITY, min_ms: 10.0, max_ms: 20.0, failures: 1 }), 0.0, at("running", 50)).1;
            prop_assert!((10.0..=20.0).contains(&pause(&end)));
        }
    }
}
