//! Policy: whether a failed attempt is worth another, and when.

use reelay::failure::{Code, Failure};
use reelay::host::PLATFORM;
use reelay::options::RETRY_AFTER_MAX_MS;
use reelay::policy::retry::{backoff, may_pass, pause, retry_after};

use crate::make::START;

fn failure(code: Code, http: Option<u16>, after: Option<f64>) -> Failure {
    let mut failure = Failure::new(code, "");
    (failure.http_status, failure.retry_after_ms) = (http, after);
    failure
}

#[test]
fn only_what_may_pass_is_repeated() {
    for (code, _, _) in Code::TABLE {
        let passes = matches!(code, Code::RateLimited | Code::Network | Code::Timeout | Code::Server);
        assert_eq!(may_pass(&failure(*code, None, None), None), passes, "{code:?}");
    }
    assert!(!may_pass(&failure(Code::Server, Some(501), None), None), "the channel lacks the format for good");
    assert!(may_pass(&failure(Code::Rejected, Some(425), None), None));
}

#[test]
fn the_relays_advice_goes_first_but_never_repeats_a_refused_key() {
    assert!(may_pass(&failure(Code::Rejected, Some(400), None), Some(true)));
    assert!(!may_pass(&failure(Code::Server, Some(503), None), Some(false)));
    assert!(!may_pass(&failure(Code::Auth, Some(401), None), Some(true)));
    assert!(!may_pass(&failure(Code::Auth, Some(403), None), Some(true)));
}

#[test]
fn pauses_double_from_half_a_second_to_eight() {
    let full: Vec<f64> = (0..8).map(|attempt| backoff(attempt, 1.0)).collect();
    assert_eq!(full, [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 8000.0, 8000.0, 8000.0]);
    assert_eq!(backoff(1, 0.0), 500.0);
    assert_eq!(backoff(u32::MAX, 1.0), 8000.0);
    assert!(backoff(3, -7.0) >= 2000.0 && backoff(3, 7.0) <= 4000.0);
}

#[test]
fn retries_are_counted() {
    let server = failure(Code::Server, Some(502), None);
    assert_eq!(pause(&server, None, 0, 2, 1.0), Some(500.0));
    assert_eq!(pause(&server, None, 1, 2, 1.0), Some(1000.0));
    assert_eq!(pause(&server, None, 2, 2, 1.0), None);
    assert_eq!(pause(&server, None, 0, 0, 1.0), None);
}

#[test]
fn a_pause_the_relay_asks_for_is_kept_up_to_a_minute() {
    let asked = |ms: f64| pause(&failure(Code::RateLimited, Some(429), Some(ms)), None, 3, 5, 1.0);
    assert_eq!(asked(250.0), Some(250.0), "shorter than the backoff, and still what was asked");
    assert_eq!(asked(RETRY_AFTER_MAX_MS), Some(60_000.0));
    assert_eq!(asked(RETRY_AFTER_MAX_MS + 1.0), None, "the caller decides");
    assert_eq!(asked(0.0), Some(4000.0), "no time at all is no answer");
}

#[test]
fn retry_after_is_read_in_each_of_its_forms() {
    let read = |ms: Option<&str>, header: Option<&str>| retry_after(ms, header, START, &PLATFORM);
    assert_eq!(read(None, None), None);
    assert_eq!(read(None, Some("7")), Some(7000.0));
    assert_eq!(read(None, Some(" 1.5 ")), Some(1500.0));
    assert_eq!(read(Some("250"), Some("7")), Some(250.0));
    assert_eq!(read(Some("soon"), Some("7")), Some(7000.0));
    assert_eq!(read(Some("-5"), Some("7")), Some(7000.0));
    let date = chrono::DateTime::from_timestamp_millis(START as i64 + 30_000).unwrap();
    assert_eq!(read(None, Some(&date.format("%a, %d %b %Y %H:%M:%S GMT").to_string())), Some(30_000.0));
    assert_eq!(read(None, Some("Sun, 06 Nov 1994 08:49:37 GMT")), Some(0.0), "past is now");
    for odd in ["", "-1", "NaN", "inf", "1e400", "soon", "tomorrow at noon"] {
        assert_eq!(read(None, Some(odd)), None, "{odd:?}");
    }
}
