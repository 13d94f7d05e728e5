//! Policy: the pace of polls, ranges and what bytes are.

use reelay::format::Format;
use reelay::policy::poll::{Pace, delay};
use reelay::policy::resume::{ContentRange, content_range, unsatisfied, validator};
use reelay::policy::sniff::{HEAD, impostor, is_json, is_markup, is_multipart, named};
use reelay::task::Task;
use serde_json::json;

use crate::make::{START, task, task_ref};

fn at(status: &str, progress: u32) -> Task {
    task(json!({"id": "t", "status": status, "progress": progress})).of(task_ref(Format::OpenaiVideos))
}

const MINUTE: f64 = 60_000.0;

#[test]
fn without_progress_the_pace_is_even() {
    let of = |age: f64| delay(&at("running", 0), None, age, 2000.0, 15_000.0, 0.5);
    assert_eq!(of(0.0), 2000.0, "what is quick is not slept through");
    assert_eq!(of(MINUTE), of(9.0 * MINUTE));
    assert!((5_400.0..5_500.0).contains(&of(MINUTE)), "between the bounds, by their ratio: {}", of(MINUTE));
    assert!(of(40.0 * MINUTE) > 1.9 * of(MINUTE) && of(1e9) == 15_000.0, "hours need no such care");
}

#[test]
fn a_queue_is_asked_less_often_than_a_render() {
    let of = |status: &str| delay(&at(status, 0), None, MINUTE, 2000.0, 30_000.0, 0.5);
    assert_eq!(of("queued"), 3.0 * of("running"));
}

#[test]
fn honest_progress_sets_the_pace() {
    let of = |left: f64| delay(&at("running", 50), Some(left), MINUTE, 2000.0, 15_000.0, 0.5);
    assert_eq!(of(20_000.0), 9000.0, "a part of what is left");
    assert_eq!(of(1000.0), 2000.0, "near the end it is asked often");
    assert_eq!(of(-1000.0), 3000.0, "and a little over it too");
    assert_eq!(of(-600_000.0), of(-MINUTE), "but an estimate that was wrong is given up");
    let even = delay(&at("running", 50), None, MINUTE, 2000.0, 15_000.0, 0.5);
    assert!(of(-MINUTE) < even && of(-MINUTE) > even / 2.0, "for a pace that makes up for the polls spent near its end");
}

#[test]
fn the_pace_is_that_since_the_task_is_being_made() {
    let mut pace = Pace::default();
    let mut see = |status: &str, progress: u32, seconds: f64| {
        let (task, now) = (at(status, progress), START + seconds * 1000.0);
        pace.see(&task, Some(f64::from(progress) / 100.0) != pace.first.map(|first| first.0), now);
        pace.left(&task, now)
    };
    assert_eq!(see("queued", 0, 0.0), None);
    assert_eq!(see("queued", 0, 90.0), None, "a queue's nothing is no pace");
    assert_eq!(see("running", 0, 100.0), None);
    assert_eq!(see("running", 4, 104.0), None, "early progress is noise");
    assert_eq!(see("running", 50, 150.0), Some(50_000.0));
}

#[test]
fn progress_that_stands_still_runs_out_of_time() {
    let pace = Pace { first: Some((0.0, START)), moved: START + 45_000.0 };
    let left = |seconds: f64| pace.left(&at("running", 90), START + seconds * 1000.0).map(f64::round);
    assert_eq!((left(45.0), left(50.0), left(60.0)), (Some(5000.0), Some(0.0), Some(-10_000.0)));
}

#[test]
fn chance_spreads_polls_within_their_bounds() {
    let of = |jitter: f64| delay(&at("running", 0), Some(20_000.0), MINUTE, 2000.0, 15_000.0, jitter);
    assert!(of(0.0) < of(0.5) && of(0.5) < of(1.0));
    assert_eq!((of(0.0).round(), of(1.0).round()), (8550.0, 9450.0));
}

#[test]
fn a_least_pause_of_nothing_is_no_wish_for_a_storm() {
    let of = |left: Option<f64>, max: f64| delay(&at("running", 50), left, MINUTE, 0.0, max, 0.5);
    assert_eq!((of(None, 15_000.0), of(Some(-1.0), 15_000.0).round()), (1500.0, 151.0));
    assert_eq!((of(None, 0.0), of(Some(-1.0), 0.0)), (0.0, 0.0), "but a caller may rule out all pauses");
}

#[test]
fn content_ranges_are_read() {
    let range = |first, last, total| Some(ContentRange { first, last, total });
    assert_eq!(content_range("bytes 0-99/100"), range(0.0, 99.0, Some(100.0)));
    assert_eq!(content_range(" bytes 5-5/* "), range(5.0, 5.0, None));
    assert_eq!(content_range("bytes 1048576-2097151/15728640"), range(1_048_576.0, 2_097_151.0, Some(15_728_640.0)));
    for odd in [
        "",
        "bytes",
        "bytes */100",
        "bytes 9-1/100",
        "bytes 0-100/100",
        "bytes -5/100",
        "bytes a-b/c",
        "items 0-9/10",
        "bytes 0-9",
        "bytes 0-9/-1",
        "bytes 1e3-2e3/9000",
        "bytes 0-9999999999999999/99999999999999999",
    ] {
        assert_eq!(content_range(odd), None, "{odd:?}");
    }
}

#[test]
fn only_a_strong_validator_pins_bytes() {
    let of = |etag: Option<&str>, date: Option<&str>| validator(etag, date);
    assert_eq!(of(Some("\"a\""), Some("date")).as_deref(), Some("\"a\""));
    assert_eq!(of(Some("W/\"a\""), Some("date")).as_deref(), Some("date"));
    assert_eq!(of(Some("W/\"a\""), None), None);
    assert_eq!(of(Some("\"\""), None), None);
    assert_eq!(of(Some("a"), Some(" ")), None);
    assert_eq!(of(None, None), None);
}

#[test]
fn first_bytes_tell_a_document_from_a_film() {
    for (head, what) in [
        (&b"{\"error\":{}}"[..], Some("JSON")),
        (b"  {}", Some("JSON")),
        (b"{\n \"a\": 1}", Some("JSON")),
        (b"[{\"msg\":1}]", Some("JSON")),
        (b"\xef\xbb\xbf{\"a\":1}", Some("JSON")),
        (b"<!DOCTYPE html>", Some("HTML")),
        (b"\n<html lang=en>", Some("HTML")),
        (b"<HEAD>", Some("HTML")),
        (b"<?xml version=\"1.0\"?><Error>", Some("XML")),
        (b"<Error><Code>AccessDenied", Some("XML")),
        (b"[]", Some("JSON")),
        (b"[1, 2]", Some("JSON")),
        (b"[null]", Some("JSON")),
        (b"\"Unauthorized\"", Some("JSON")),
        (b"null\n", Some("JSON")),
        (b" false", Some("JSON")),
        (b"<!-- down --><html>", Some("XML")),
        (b"\xff\xfe{\x00\"\x00a\x00", Some("Text")),
        (b"\xfe\xff\x00<\x00h\x00t\x00m\x00l\x00>", Some("Text")),
        (b"\x1f\x8b\x08\x00", Some("Packed data")),
        (b"\x78\x9c\xed", Some("Packed data")),
        (b"\x28\xb5\x2f\xfd\x04", Some("Packed data")),
        (&[b' '; HEAD], Some("Text")),
        (b"\"\x00\x01", None),
        (b"nullified", None),
        (b"[1\x00", None),
        (b"\x78\x00\x00\x20ftyp", None),
        (b"\xff\xfb\x90\x00", None),
        (b"\x00\x00\x00\x20ftypisom", None),
        (b"\x1aE\xdf\xa3", None),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"", None),
        (b" ", None),
        (b"{\x00\x01", None),
        (b"<\x00\x01a", None),
        (b"[\x00", None),
        (b"<a\x00\x01binary", None),
        (b"GIF89a", None),
    ] {
        assert_eq!(impostor(head).map(named), what, "{:?}", String::from_utf8_lossy(head));
    }
}

#[test]
fn media_types_tell_json_and_pages() {
    for json in ["application/json", "Application/JSON; charset=utf-8", "text/json", "application/problem+json"] {
        assert!(is_json(Some(json)) && !is_markup(Some(json)), "{json}");
    }
    for page in ["text/html", "TEXT/HTML;charset=utf-8", "application/xml", "text/xml", "application/xhtml+xml"] {
        assert!(is_markup(Some(page)) && !is_json(Some(page)), "{page}");
    }
    for film in
        [None, Some(""), Some("video/mp4"), Some("application/octet-stream"), Some("binary/octet-stream"), Some("image/svg+xml")]
    {
        assert!(!is_json(film) && !is_markup(film), "{film:?}");
    }
}

#[test]
fn a_416_may_tell_the_length() {
    for (header, length) in
        [("bytes */100", Some(100.0)), (" BYTES  */ 7 ", Some(7.0)), ("bytes */*", None), ("bytes 0-1/2", None)]
    {
        assert_eq!(unsatisfied(header), length, "{header}");
    }
    for header in ["", "bytes", "bytes */", "bytes */-1", "items */7", "*/7"] {
        assert_eq!(unsatisfied(header), None, "{header}");
    }
}

#[test]
fn a_media_type_tells_several_parts() {
    for media_type in ["multipart/byteranges", "Multipart/ByteRanges; boundary=x", " multipart/mixed"] {
        assert!(is_multipart(Some(media_type)), "{media_type}");
    }
    assert!(!is_multipart(Some("video/mp4")) && !is_multipart(Some("x-multipart/byteranges")) && !is_multipart(None));
}
