//! Limits: how many at once, how many a second, and how long a relay is left alone that says it is asked too much.

use reelay::address::Target;
use reelay::flow::{Exchange, Method, Request, Trouble, Want};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::platform::Moment;
use reelay::policy::limit::{Admission, Limit};
use serde_json::json;

use crate::make::{START, said, status, with};

#[test]
fn no_more_than_so_many_at_once() {
    let mut limit = Limit::new(2, f64::INFINITY);
    assert_eq!(
        [limit.admit(true, 0.0), limit.admit(true, 0.0), limit.admit(true, 0.0)],
        [Admission::Go, Admission::Go, Admission::Full]
    );
    assert!(!limit.has_room());
    limit.release();
    assert_eq!(limit.admit(true, 0.0), Admission::Go);
    for _ in 0..5 {
        limit.release();
    }
    assert_eq!(
        [limit.admit(true, 0.0), limit.admit(true, 0.0), limit.admit(true, 0.0)],
        [Admission::Go, Admission::Go, Admission::Full]
    );
}

#[test]
fn no_more_than_so_many_a_second() {
    let mut limit = Limit::new(10, 4.0);
    assert_eq!(limit.admit(true, 1000.0), Admission::Go);
    assert_eq!(limit.admit(true, 1100.0), Admission::Later(150.0));
    assert_eq!(limit.admit(true, 1250.0), Admission::Go);
    assert_eq!(limit.admit(true, -1e9), Admission::Later(250.0), "a clock set back locks nobody out");
    assert_eq!(limit.admit(true, -1e9 + 100.0), Admission::Later(150.0));
    assert_eq!(limit.admit(true, -1e9 + 250.0), Admission::Go, "and costs one gap, not one after the other");
}

/// A limit that has let one request of the relay go, and what its answer makes of it.
fn told(limit: &mut Limit, exchange: &Exchange, at: f64) {
    let request = asked(true);
    limit.ended(&request, exchange, Moment { now: at, jitter: 1.0 }, &PLATFORM);
    limit.release();
}

/// A request of the relay, or of another server.
fn asked(of_relay: bool) -> Request {
    let target = Target { url: "https://relay.example/v1/videos/t".to_owned(), credentialed: of_relay };
    *Request::new(Method::Get, None, &target, Format::OpenaiVideos, Want::Json, 1000.0)
}

fn refused(ms: Option<&str>) -> Exchange {
    with(said(429, json!({"error": {"message": "slow down"}})), |headers| headers.retry_after_ms = ms.map(str::to_owned))
}

#[test]
fn a_refusal_holds_back_all_requests_of_the_relay() {
    let mut limit = Limit::new(3, f64::INFINITY);
    for _ in 0..3 {
        assert_eq!(limit.admit(true, START), Admission::Go);
    }
    told(&mut limit, &refused(Some("5000")), START);
    assert_eq!(limit.admit(true, START), Admission::Later(5000.0));
    assert_eq!(limit.admit(false, START), Admission::Go, "another server has not refused anything");
    limit.release();
    // What was under way with it says the same once more, or was answered well: neither changes anything.
    told(&mut limit, &refused(None), START + 10.0);
    assert_eq!(limit.admit(true, START + 10.0), Admission::Later(4990.0));
    told(&mut limit, &status(200), START + 20.0);
    assert_eq!(limit.admit(true, START + 20.0), Admission::Later(4980.0));
    // One goes ahead.
    assert_eq!(limit.admit(true, START + 5000.0), Admission::Go);
    assert_eq!(limit.admit(true, START + 5000.0), Admission::Full);
    told(&mut limit, &status(200), START + 5100.0);
    for _ in 0..3 {
        assert_eq!(limit.admit(true, START + 5100.0), Admission::Go);
    }
}

#[test]
fn refusals_in_a_row_hold_back_for_longer() {
    let mut limit = Limit::new(6, f64::INFINITY);
    let mut now = START;
    for ms in [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 8000.0] {
        assert_eq!(limit.admit(true, now), Admission::Go);
        told(&mut limit, &refused(None), now);
        assert_eq!(limit.admit(true, now), Admission::Later(ms));
        now += ms;
    }
    // A probe that nobody waits for any more makes room for another.
    assert_eq!([limit.admit(true, now), limit.admit(true, now)], [Admission::Go, Admission::Full]);
    limit.release();
    assert_eq!(limit.admit(true, now), Admission::Go);
    told(&mut limit, &status(500), now);
    assert_eq!([limit.admit(true, now), limit.admit(true, now)], [Admission::Go, Admission::Go]);
}

#[test]
fn no_refusal_locks_a_client() {
    let mut limit = Limit::new(2, f64::INFINITY);
    told(&mut limit, &refused(Some("60000")), START);
    assert_eq!(limit.admit(true, START), Admission::Later(60_000.0), "no longer than a call waits at most");
    assert_eq!(limit.admit(true, START - 1e9), Admission::Later(60_000.0), "a clock set back makes it no longer");
    assert_eq!(limit.admit(true, START - 1e9 + 60_000.0), Admission::Go);
    told(&mut limit, &refused(Some("0")), START);
    assert_eq!(limit.admit(true, START), Admission::Go, "asked to come back at once");
}

#[test]
fn a_pause_that_is_over_stays_so_with_a_clock_set_back() {
    let mut limit = Limit::new(2, f64::INFINITY);
    told(&mut limit, &refused(Some("30000")), START);
    told(&mut limit, &status(200), START + 30_000.0);
    assert_eq!(limit.admit(true, START + 10_000.0), Admission::Go);
    // The first refusal since, as far as the relay goes; seed 359625 of the simulation.
    told(&mut limit, &refused(Some("3600000")), START + 10_000.0);
    assert_eq!(limit.admit(true, START + 10_000.0), Admission::Later(500.0));
}

#[test]
fn a_pause_that_no_call_would_wait_for_is_the_callers_to_keep() {
    let mut limit = Limit::new(2, f64::INFINITY);
    told(&mut limit, &refused(Some("3600000")), START);
    assert_eq!(limit.admit(true, START), Admission::Later(500.0), "the call has ended with it: whoever asks again knows");
}

#[test]
fn only_the_relays_own_word_holds_back() {
    let free = |request: &Request, exchange: &Exchange| {
        let mut limit = Limit::new(2, f64::INFINITY);
        limit.ended(request, exchange, Moment { now: START, jitter: 1.0 }, &PLATFORM);
        limit.admit(true, START) == Admission::Go
    };
    assert!(!free(&asked(true), &refused(None)));
    assert!(free(&asked(false), &refused(None)), "the server where outputs lie");
    let broke = said(429, json!({"error": {"code": "insufficient_quota", "message": "You exceeded your quota."}}));
    assert!(free(&asked(true), &broke), "no pause brings money");
    assert!(free(&asked(true), &with(status(503), |headers| headers.retry_after_ms = Some("5000".to_owned()))));
    assert!(free(&asked(true), &Exchange::Failed(Trouble::Timeout)));
}
