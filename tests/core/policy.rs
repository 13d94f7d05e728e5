//! Policy: the pace of polls, limits, ranges and what bytes are.

use reelay::format::Format;
use reelay::policy::limit::{Admission, Limit};
use reelay::policy::poll::{Pace, delay};
use reelay::policy::resume::{ContentRange, content_range, unsatisfied, validator};
use reelay::policy::sniff::{HEAD, impostor, is_json, is_markup, is_multipart, named};
use reelay::task::Task;
use serde_json::json;

use crate::make::{START, task, task_ref};

fn at(progress: u32) -> Task {
    task(json!({"id": "t", "status": "running", "progress": progress})).of(task_ref(Format::OpenaiVideos))
}

#[test]
fn polls_grow_apart_while_nothing_changes() {
    let mut pace = Pace { last_ms: 0.0, first: None };
    let mut pauses = Vec::new();
    for poll in 0..12 {
        pace.last_ms = delay(pace, None, poll == 0, 2000.0, 15_000.0, START, 0.5);
        pauses.push(pace.last_ms);
    }
    assert_eq!(pauses[0], 2000.0);
    assert!(pauses.windows(2).all(|pair| pair[1] > pair[0] || pair[1] == 15_000.0), "{pauses:?}");
    assert_eq!(pauses.last(), Some(&15_000.0));
    assert_eq!(delay(pace, None, true, 2000.0, 15_000.0, START, 0.5), 2000.0, "a change brings the pace back");
}

#[test]
fn honest_progress_sets_the_pace() {
    // Half done in 20 s: 20 s to go, of which a part is left alone.
    let pace = Pace { last_ms: 2000.0, first: Some((0.0, START - 20_000.0)) };
    assert_eq!(delay(pace, Some(&at(50)), true, 2000.0, 15_000.0, START, 0.5), 7000.0);
    assert_eq!(delay(pace, Some(&at(98)), false, 2000.0, 15_000.0, START, 0.5), 2000.0, "near the end it is asked often");
    assert_eq!(delay(pace, Some(&at(3)), true, 2000.0, 15_000.0, START, 0.5), 2000.0, "early progress is noise");
}

#[test]
fn chance_spreads_polls_within_their_bounds() {
    let pace = Pace { last_ms: 8000.0, first: None };
    let of = |jitter: f64| delay(pace, None, false, 2000.0, 15_000.0, START, jitter);
    assert!(of(0.0) < of(0.5) && of(0.5) < of(1.0));
    assert_eq!((of(0.0), of(1.0)), (9500.0, 10_500.0));
}

#[test]
fn no_more_than_so_many_at_once() {
    let mut limit = Limit::new(2, f64::INFINITY);
    assert_eq!([limit.admit(0.0), limit.admit(0.0), limit.admit(0.0)], [Admission::Go, Admission::Go, Admission::Full]);
    assert!(!limit.has_room());
    limit.release();
    assert_eq!(limit.admit(0.0), Admission::Go);
    for _ in 0..5 {
        limit.release();
    }
    assert_eq!([limit.admit(0.0), limit.admit(0.0), limit.admit(0.0)], [Admission::Go, Admission::Go, Admission::Full]);
}

#[test]
fn no_more_than_so_many_a_second() {
    let mut limit = Limit::new(10, 4.0);
    assert_eq!(limit.admit(1000.0), Admission::Go);
    assert_eq!(limit.admit(1100.0), Admission::Later(150.0));
    assert_eq!(limit.admit(1250.0), Admission::Go);
    assert_eq!(limit.admit(-1e9), Admission::Later(250.0), "a clock set back locks nobody out");
    assert_eq!(limit.admit(-1e9 + 100.0), Admission::Later(150.0));
    assert_eq!(limit.admit(-1e9 + 250.0), Admission::Go, "and costs one gap, not one after the other");
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
