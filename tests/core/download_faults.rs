//! Servers that do not keep to what they say: each answer ends in the right bytes or in an error, never in other bytes.

use reelay::failure::{Code, Failure};
use reelay::flow::download::End;
use reelay::flow::{Exchange, Headers, Trouble};

use crate::download::{CDN, STATUS, completed};
use crate::download_part::{behind, left};
use crate::download_resume::{CUT, fetch, part, whole};
use crate::drive::Run;
use crate::make::{bytes, status, with};

const DATE: &str = "Sat, 21 Nov 2026 10:00:00 GMT";
const LATER: &str = "Sat, 21 Nov 2026 11:00:00 GMT";

/// A body that tells neither its length nor its version.
fn bare(status: u16) -> Exchange {
    bytes(status, |_| ())
}

/// A piece of bytes that nothing pins.
fn loose(range: &str) -> Exchange {
    bytes(206, |headers| headers.content_range = Some(range.to_owned()))
}

fn marked(exchange: Exchange, etag: Option<&str>, modified: Option<&str>) -> Exchange {
    with(exchange, |headers| {
        headers.etag = etag.map(str::to_owned);
        headers.last_modified = modified.map(str::to_owned);
    })
}

fn other_bytes(run: &Run<()>) {
    let failure: &Failure = run.failure();
    assert_eq!((failure.code, failure.bytes), (Code::DownloadIncomplete, Some(40.0)), "{}", failure.message);
    assert!(failure.message.contains("other bytes") && failure.task.is_some() && failure.task_ref.is_some());
}

#[test]
fn several_ranges_in_an_envelope_are_no_piece() {
    let envelope =
        |status: u16| bytes(status, |headers| headers.content_type = Some("multipart/byteranges; boundary=x".to_owned()));
    let run = fetch(vec![whole(|_| ()), envelope(206), whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[1].skip), (vec![None, Some(40.0), None], 40.0));
    let run = fetch(vec![whole(|_| ()), envelope(206), envelope(206)], vec![(40.0, CUT)]);
    assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(40.0)));
    for status in [200, 206] {
        let run = fetch(vec![envelope(status), completed(CDN), envelope(status), envelope(status)], vec![]);
        assert_eq!((run.failure().code, run.flows.len()), (Code::DownloadIncomplete, 0), "nor is it a video, unasked");
    }
}

#[test]
fn a_piece_without_its_range_must_tell_its_length() {
    let run = fetch(vec![whole(|_| ()), bare(206), whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[1].skip), (vec![None, Some(40.0), None], 40.0));
    let all = bytes(206, |headers| headers.content_length = Some("100".to_owned()));
    let run = fetch(vec![whole(|_| ()), all, whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[1].skip), (vec![None, Some(40.0), None], 40.0), "the whole under a part's name");
    let less = bytes(206, |headers| headers.content_length = Some("20".to_owned()));
    let run =
        fetch(vec![whole(|_| ()), less, part("bytes 60-99/100")], vec![(40.0, CUT), (60.0, End::Whole), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    let unasked = fetch(vec![whole(|_| ()), bare(206), bare(206)], vec![(40.0, CUT)]);
    assert_eq!(unasked.failure().code, Code::DownloadIncomplete, "a piece of nobody knows what");
}

#[test]
fn a_piece_that_nobody_asked_for_is_continued_or_refused() {
    let run = fetch(vec![part("bytes 0-39/100"), part("bytes 40-99/100")], vec![(40.0, End::Whole), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[0].total), (vec![None, Some(40.0)], Some(100.0)));
    let run = fetch(vec![bare(206), status(416), status(416)], vec![(100.0, End::Whole)]);
    assert!(run.result.is_ok(), "a 206 that tells no range is the whole, if nothing follows");
    assert_eq!(run.ranges(), [None, Some(100.0), Some(100.0)]);
    let run =
        fetch(vec![part("bytes 40-99/100"), completed(CDN), part("bytes 40-99/100"), whole(|_| ())], vec![(100.0, End::Whole)]);
    assert!(run.result.is_ok(), "the content path may do better than the address");
}

#[test]
fn pieces_shorter_than_asked_for_are_put_together() {
    let answers = vec![whole(|_| ()), part("bytes 40-59/100"), part("bytes 60-79/100"), part("bytes 80-99/100")];
    let run = fetch(answers, vec![(40.0, CUT), (60.0, End::Whole), (80.0, End::Whole), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.ranges(), [None, Some(40.0), Some(60.0), Some(80.0)]);
}

#[test]
fn a_piece_of_a_whole_without_length_is_not_taken_for_its_end() {
    let run = fetch(
        vec![whole(|_| ()), part("bytes 40-59/*"), part("bytes 60-99/*")],
        vec![(40.0, CUT), (60.0, End::Whole), (100.0, End::Whole)],
    );
    assert!(run.result.is_ok(), "the first answer told the length");
    assert_eq!(run.ranges(), [None, Some(40.0), Some(60.0)]);
    let run = fetch(
        vec![bare(200), loose("bytes 40-59/*"), loose("bytes 60-99/*"), status(416), status(416)],
        vec![(40.0, CUT), (60.0, End::Whole), (100.0, End::Whole)],
    );
    assert!(run.result.is_ok(), "416 says that there is no more");
    assert_eq!(run.ranges(), [None, Some(40.0), Some(60.0), Some(100.0), Some(100.0)]);
    assert_eq!(run.pauses.len(), 1, "nothing went wrong after the cut");
}

#[test]
fn a_refused_range_that_tells_no_length_is_believed_the_second_time() {
    // Seed 1565906 of the simulation: the first of a CDN's servers had lost count.
    let answers = vec![loose("bytes 0-39/*"), status(416), loose("bytes 40-99/*"), status(416), status(416)];
    let run = fetch(answers, vec![(40.0, End::Whole), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.ranges(), [None, Some(40.0), Some(40.0), Some(100.0), Some(100.0)]);
}

#[test]
fn a_refused_range_that_tells_the_very_length_is_the_end() {
    let done = |total: &str| with(status(416), |headers| headers.content_range = Some(format!("bytes */{total}")));
    let run = fetch(vec![bare(200), done("40")], vec![(40.0, CUT)]);
    assert!(run.result.is_ok(), "cut between the last byte and the end of the body");
    for other in ["100", "39", "*", ""] {
        let run = fetch(vec![bare(200), done(other), bare(200)], vec![(40.0, CUT), (100.0, End::Whole)]);
        assert!(run.result.is_ok(), "{other}");
        assert_eq!(run.ranges(), [None, Some(40.0), None], "{other}");
    }
    let run = fetch(vec![whole(|_| ()), done("40"), whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert_eq!(run.ranges(), [None, Some(40.0), None], "the whole was told to be longer");
}

#[test]
fn cut_behind_the_last_byte_is_not_cut() {
    for trouble in [Trouble::Network, Trouble::Timeout] {
        let run = fetch(vec![whole(|_| ())], vec![(100.0, End::Cut(trouble))]);
        assert!(run.result.is_ok());
    }
}

#[test]
fn more_bytes_than_the_whole_has_are_no_video() {
    let run = fetch(vec![whole(|_| ()), part("bytes 40-99/100")], vec![(40.0, CUT), (101.0, End::Whole)]);
    assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(101.0)));
    let run = fetch(vec![whole(|_| ())], vec![(120.0, End::Whole)]);
    assert!(run.result.is_ok(), "a host may hide that it unpacked the body: the length is then the packed one's");
}

#[test]
fn a_whole_that_is_shorter_than_what_came_is_another() {
    let short = || bytes(200, |headers| headers.content_length = Some("30".to_owned()));
    other_bytes(&fetch(vec![bare(200), short()], vec![(40.0, CUT)]));
    other_bytes(&fetch(vec![bare(200), loose("bytes 20-29/30")], vec![(40.0, CUT)]));
}

#[test]
fn marks_are_compared_with_their_like() {
    let begin = |etag, modified| marked(bare(200), etag, modified);
    let go_on = |etag, modified| marked(loose("bytes 40-99/100"), etag, modified);
    let same = [
        (begin(Some("\"v1\""), Some(DATE)), go_on(None, Some(DATE))),
        (begin(Some("\"v1\""), None), go_on(None, Some(DATE))),
        (begin(Some("\"v1\""), None), go_on(None, None)),
        (begin(Some("W/\"v1\""), None), go_on(Some("W/\"v1\""), None)),
        (begin(Some("W/\"v1\""), None), go_on(Some("\"v1\""), None)),
        (begin(Some("\"v1\""), Some(DATE)), go_on(Some("\"v1\""), Some(LATER))),
        (begin(None, None), go_on(Some("\"v1\""), Some(DATE))),
    ];
    for (first, second) in same {
        let run = fetch(vec![first.clone(), second.clone()], vec![(40.0, CUT), (100.0, End::Whole)]);
        assert!(run.result.is_ok(), "{first:?} {second:?}");
    }
    let changed = [
        (begin(Some("W/\"v1\""), None), go_on(Some("W/\"v2\""), None)),
        (begin(Some("W/\"v1\""), Some(DATE)), go_on(Some("W/\"v2\""), Some(DATE))),
        (begin(Some("\"v1\""), Some(DATE)), go_on(None, Some(LATER))),
        (begin(None, Some(DATE)), go_on(None, Some(LATER))),
    ];
    for (first, second) in changed {
        other_bytes(&fetch(vec![first, second], vec![(40.0, CUT)]));
    }
}

#[test]
fn what_was_learnt_on_the_way_is_held_against_what_follows() {
    let run = fetch(
        vec![
            bare(200),
            marked(loose("bytes 40-99/100"), Some("\"v1\""), None),
            marked(loose("bytes 60-99/100"), Some("\"v2\""), None),
        ],
        vec![(40.0, CUT), (60.0, CUT)],
    );
    assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(60.0)));
}

#[test]
fn a_packed_body_is_held_against_packed_ones_only() {
    let packed = |etag: &str| {
        let set = |headers: &mut Headers| headers.content_encoding = Some("br".to_owned());
        with(marked(bare(200), Some(etag), None), set)
    };
    let run = fetch(vec![packed("\"v1-br\""), packed("\"v1-br\"")], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    let plain = marked(bare(200), Some("\"v1\""), None);
    let run = fetch(vec![packed("\"v1-br\""), plain], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    other_bytes(&fetch(vec![packed("\"v1-br\""), packed("\"v2-br\"")], vec![(40.0, CUT)]));
}

#[test]
fn a_part_of_an_earlier_run_is_held_against_what_is_served() {
    let dated = |date| marked(loose("bytes 40-99/100"), None, Some(date));
    let run = behind(left(Some(100.0), Some(DATE)), vec![dated(DATE)], vec![(100.0, End::Whole)]);
    assert_eq!(run.flows[0].at, 40.0);
    let run = behind(left(Some(100.0), Some(DATE)), vec![dated(LATER), whole(|_| ())], vec![(100.0, End::Whole)]);
    assert_eq!((run.ranges(), run.flows[0].at), (vec![Some(40.0), None], 0.0));
    let none_left = || with(status(416), |headers| headers.content_range = Some("bytes */40".to_owned()));
    let complete = behind(left(Some(40.0), Some(DATE)), vec![none_left()], vec![]);
    assert!(complete.result.is_ok(), "the earlier run ended between the last byte and its own end");
    for (part, refusal) in [(left(Some(40.0), None), none_left()), (left(Some(40.0), Some(DATE)), status(416))] {
        let run = behind(part, vec![refusal, marked(bare(200), None, Some(DATE))], vec![(40.0, End::Whole)]);
        assert!(run.result.is_ok());
        assert_eq!(run.ranges(), [Some(40.0), None], "nothing says that it is the same version");
    }
}

#[test]
fn an_empty_body_mid_way_is_no_end() {
    let nothing = || bytes(200, |headers| headers.content_length = Some("0".to_owned()));
    other_bytes(&fetch(vec![whole(|_| ()), nothing()], vec![(40.0, CUT)]));
    let run =
        fetch(vec![whole(|_| ()), status(204), completed(CDN), part("bytes 40-99/100")], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.urls(), [CDN, CDN, STATUS, CDN]);
}

#[test]
fn a_body_that_repeats_other_bytes_is_not_gone_on_with() {
    other_bytes(&fetch(vec![bare(200), bare(200)], vec![(40.0, CUT), (40.0, End::Other)]));
}

#[test]
fn a_whole_that_its_own_boxes_call_short_is_asked_for_more() {
    let more = fetch(vec![bare(200), loose("bytes 40-99/100")], vec![(40.0, End::Short), (100.0, End::Whole)]);
    assert!(more.result.is_ok());
    assert_eq!((more.ranges(), more.pauses.len()), (vec![None, Some(40.0)], 0));
    let told = with(status(416), |headers| headers.content_range = Some("bytes */40".to_owned()));
    for none_left in [status(416), told] {
        let run = fetch(vec![bare(200), none_left], vec![(40.0, End::Short)]);
        assert!(run.result.is_ok(), "the server says that there is no more");
    }
    let again = fetch(vec![bare(200), bare(200)], vec![(40.0, End::Short), (40.0, End::Short)]);
    assert!(again.result.is_ok(), "the server says so twice");
    let grown = fetch(vec![bare(200), bare(200), bare(200)], vec![(40.0, End::Short), (60.0, End::Short), (100.0, End::Whole)]);
    assert!(grown.result.is_ok());
    let told = vec![whole(|headers| headers.content_length = Some("40".to_owned())), part("bytes 40-99/100")];
    other_bytes(&fetch(told, vec![(40.0, End::Short)]));
    let cut = fetch(vec![whole(|_| ()), part("bytes 40-99/100")], vec![(40.0, End::Short), (100.0, End::Whole)]);
    assert_eq!(cut.pauses.len(), 1, "cut by the server's own account");
}
