//! Continuing a body that was cut: what is asked for, what is dropped, and what is refused.

use reelay::failure::Code;
use reelay::flow::download::{Download, End, Flow};
use reelay::flow::{Exchange, Headers, Request, Trouble, Want};
use reelay::format::Variant;

use crate::download::{CDN, STATUS, completed};
use crate::drive::{Run, World, script};
use crate::make::{bytes, config, said, status, succeeded};

pub const CUT: End = End::Cut(Trouble::Network);

/// Downloads from the CDN; each stream ends as the next of `ends` says.
pub fn fetch(answers: Vec<Exchange>, ends: Vec<(f64, End)>) -> Run<()> {
    let config = config();
    let machine = Download::new(succeeded(&[CDN]), Variant::Video, None).unwrap();
    let mut ends = ends.into_iter();
    let mut body = |_: &Flow, _: &Request| ends.next().expect("one stream too many");
    World::new(&config, &mut script(answers)).download(machine, &mut body)
}

pub fn whole(set: impl FnOnce(&mut Headers)) -> Exchange {
    bytes(200, |headers| {
        headers.content_length = Some("100".to_owned());
        headers.etag = Some("\"v1\"".to_owned());
        set(headers);
    })
}

pub fn part(range: &str) -> Exchange {
    bytes(206, |headers| {
        headers.content_range = Some(range.to_owned());
        headers.etag = Some("\"v1\"".to_owned());
    })
}

pub fn validators(run: &Run<()>) -> Vec<Option<&str>> {
    let of = |request: &'_ Request| match &request.want {
        Want::Bytes { validator, .. } => validator.clone(),
        Want::Json | Want::Talk => None,
    };
    run.requests.iter().map(|request| of(request).map(|text| &*text.leak())).collect()
}

#[test]
fn a_cut_body_is_continued_where_it_was_cut() {
    let run = fetch(vec![whole(|_| ()), part("bytes 40-99/100")], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), validators(&run)), (vec![None, Some(40.0)], vec![None, Some("\"v1\"")]));
    assert_eq!((run.flows[1].skip, run.flows[1].total), (0.0, Some(100.0)));
    assert_eq!(run.slept(), [375.0]);
}

#[test]
fn a_date_pins_the_bytes_where_no_strong_etag_does() {
    let weak = whole(|headers| {
        headers.etag = Some("W/\"v1\"".to_owned());
        headers.last_modified = Some("Sat, 21 Nov 2026 10:00:00 GMT".to_owned());
    });
    let run = fetch(vec![weak, status(503), status(404), completed(CDN), status(404), status(404)], vec![(40.0, CUT)]);
    assert_eq!(validators(&run)[1], Some("Sat, 21 Nov 2026 10:00:00 GMT"));
}

#[test]
fn a_short_body_is_a_cut_one() {
    let run = fetch(vec![whole(|_| ()), part("bytes 99-99/100")], vec![(99.0, End::Whole), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.ranges(), [None, Some(99.0)]);
    let empty = fetch(vec![bytes(200, |_| ()), bytes(200, |_| ())], vec![(0.0, End::Whole), (7.0, End::Whole)]);
    assert!(empty.result.is_ok(), "no bytes at all are not a video either");
    assert_eq!(empty.requests.len(), 2);
}

#[test]
fn a_server_that_starts_over_has_its_first_bytes_dropped() {
    let run = fetch(vec![whole(|_| ()), whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.flows[1].skip, run.flows[1].total), (40.0, Some(100.0)));
}

#[test]
fn a_range_that_starts_earlier_has_the_overlap_dropped() {
    let run = fetch(vec![whole(|_| ()), part("bytes 30-99/100")], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert_eq!(run.flows[1].skip, 10.0);
}

#[test]
fn a_range_that_leaves_a_gap_is_asked_for_whole() {
    let run = fetch(vec![whole(|_| ()), part("bytes 50-99/100"), whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.ranges(), [None, Some(40.0), None]);
    assert_eq!(validators(&run), [None, Some("\"v1\""), None], "If-Range means nothing without a range");
    assert_eq!(run.flows[1].skip, 40.0);
    let run = fetch(vec![whole(|_| ()), part("bytes 50-99/100"), part("bytes 50-99/100")], vec![(40.0, CUT)]);
    assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(40.0)), "no gap is ever passed on");
}

#[test]
fn a_range_that_cannot_be_read_is_asked_for_whole() {
    for odd in ["bytes */100", "items 40-99/100", "bytes 40-100/100", "nonsense"] {
        let run = fetch(vec![whole(|_| ()), part(odd), whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
        assert!(run.result.is_ok(), "{odd}");
        assert_eq!(run.ranges(), [None, Some(40.0), None], "{odd}");
    }
}

#[test]
fn a_hidden_content_range_is_the_one_asked_for() {
    let hidden = bytes(206, |headers| headers.content_length = Some("60".to_owned()));
    let run = fetch(vec![whole(|_| ()), hidden], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.flows[1].skip, run.flows[1].total), (0.0, Some(100.0)));
}

#[test]
fn other_bytes_than_before_are_refused() {
    let other = [
        whole(|headers| headers.etag = Some("\"v2\"".to_owned())),
        whole(|headers| headers.content_length = Some("120".to_owned())),
        part("bytes 40-119/120"),
        bytes(206, |headers| {
            headers.content_range = Some("bytes 40-99/100".to_owned());
            headers.etag = Some("\"v2\"".to_owned());
        }),
    ];
    for exchange in other {
        let run = fetch(vec![whole(|_| ()), exchange], vec![(40.0, CUT)]);
        assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(40.0)));
        assert!(run.failure().message.contains("other bytes") && !run.failure().message.contains("sig"));
    }
}

#[test]
fn a_refused_range_is_asked_for_whole() {
    let newapi =
        || said(502, serde_json::json!({"error": {"message": "Upstream service returned status 206", "type": "server_error"}}));
    for refusal in [status(416), newapi()] {
        let run = fetch(vec![whole(|_| ()), refusal, whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
        assert!(run.result.is_ok());
        assert_eq!(run.ranges(), [None, Some(40.0), None]);
        assert_eq!(run.flows[1].skip, 40.0);
    }
}

#[test]
fn a_compressed_body_is_started_over() {
    let gzip = || {
        whole(|headers| {
            headers.content_encoding = Some("gzip".to_owned());
            headers.content_length = Some("50".to_owned());
        })
    };
    let run = fetch(vec![gzip(), gzip()], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.ranges(), [None, None], "a range of the packed bytes would be another part");
    assert_eq!((run.flows[0].total, run.flows[1].skip), (None, 40.0), "its length is not the video's");
    let identity = whole(|headers| headers.content_encoding = Some("identity".to_owned()));
    let run = fetch(vec![identity, part("bytes 40-99/100")], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert_eq!(run.ranges(), [None, Some(40.0)]);
}

#[test]
fn progress_earns_fresh_attempts() {
    let mut answers = vec![whole(|_| ())];
    let mut ends = Vec::new();
    for cut in 1..20 {
        answers.push(part(&format!("bytes {}-99/100", cut * 5)));
        ends.push((f64::from(cut * 5), CUT));
    }
    ends.push((100.0, End::Whole));
    let run = fetch(answers, ends);
    assert!(run.result.is_ok());
    assert!(run.slept().iter().all(|ms| *ms == 375.0));
}

#[test]
fn continuations_without_progress_end_with_the_bytes_so_far() {
    let mut answers = vec![whole(|_| ())];
    answers.extend((0..4).map(|_| Exchange::Failed(Trouble::Network)));
    let run = fetch(answers, vec![(40.0, CUT)]);
    let failure = run.failure();
    assert_eq!((failure.code, failure.bytes), (Code::DownloadIncomplete, Some(40.0)));
    assert_eq!(failure.code.hint(), Code::DownloadIncomplete.hint());
    assert!(failure.task.is_some());
    let mut answers = vec![whole(|_| ())];
    answers.extend((0..4).map(|_| part("bytes 40-99/100")));
    let run = fetch(answers, vec![(40.0, CUT); 5]);
    assert_eq!((run.failure().code, run.requests.len()), (Code::DownloadIncomplete, 5));
}

#[test]
fn an_address_that_runs_out_midway_is_replaced_and_continued() {
    let fresh = "https://cdn.example/a.mp4?sig=new";
    let run = fetch(
        vec![whole(|_| ()), status(403), completed(fresh), part("bytes 40-99/100")],
        vec![(40.0, CUT), (100.0, End::Whole)],
    );
    assert!(run.result.is_ok());
    assert_eq!(run.urls(), [CDN, CDN, STATUS, fresh]);
    assert_eq!(run.ranges(), [None, Some(40.0), None, Some(40.0)]);
}

#[test]
fn bytes_that_are_gone_midway_leave_an_incomplete_download() {
    let run = fetch(vec![whole(|_| ()), status(404), completed(CDN), status(404), status(404)], vec![(40.0, CUT)]);
    assert_eq!(
        (run.failure().code, run.failure().http_status, run.failure().bytes),
        (Code::DownloadIncomplete, Some(404), Some(40.0))
    );
}

#[test]
fn silence_is_a_cut() {
    let run = fetch(vec![whole(|_| ()), part("bytes 40-99/100")], vec![(40.0, End::Cut(Trouble::Timeout)), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
}

fn packed(etag: &str) -> Exchange {
    whole(|headers| {
        headers.content_encoding = Some("gzip".to_owned());
        headers.content_length = Some("50".to_owned());
        headers.etag = Some(etag.to_owned());
    })
}

#[test]
fn a_part_that_comes_as_a_200_is_not_taken_for_the_whole() {
    let part = whole(|headers| {
        headers.content_length = Some("60".to_owned());
        headers.content_range = Some("bytes 40-99/100".to_owned());
    });
    let run = fetch(vec![whole(|_| ()), part, whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[1].skip), (vec![None, Some(40.0), None], 40.0));
    let from_the_begin = whole(|headers| headers.content_range = Some("bytes 0-99/100".to_owned()));
    let run = fetch(vec![from_the_begin], vec![(100.0, End::Whole)]);
    assert!(run.result.is_ok(), "one that begins at the first byte may be called so");
}

#[test]
fn a_206_that_was_not_asked_for_begins_at_the_first_byte() {
    let unasked = bytes(206, |headers| headers.content_length = Some("100".to_owned()));
    let run = fetch(vec![whole(|_| ()), status(416), unasked], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[1].skip), (vec![None, Some(40.0), None], 40.0));
}

#[test]
fn a_part_of_a_compressed_body_is_not_passed_on() {
    let part_of_packed = bytes(206, |headers| {
        headers.content_range = Some("bytes 40-99/100".to_owned());
        headers.content_encoding = Some("gzip".to_owned());
    });
    let run = fetch(vec![whole(|_| ()), part_of_packed, whole(|_| ())], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows.len()), (vec![None, Some(40.0), None], 2));
    let all_of_it = bytes(206, |headers| {
        headers.content_range = Some("bytes 0-49/50".to_owned());
        headers.content_encoding = Some("gzip".to_owned());
    });
    let run = fetch(vec![all_of_it], vec![(100.0, End::Whole)]);
    assert_eq!(run.flows[0].total, None, "the packed length is not the video's");
}

#[test]
fn another_version_of_a_compressed_body_is_refused() {
    let run = fetch(vec![packed("\"v1\""), packed("\"v2\"")], vec![(40.0, CUT)]);
    assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(40.0)));
    let run = fetch(vec![packed("\"v1\""), packed("\"v1\"")], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.flows[0].validator, None, "and a later run must not continue it");
}

#[test]
fn a_tag_is_not_compared_with_a_date() {
    let dated = bytes(206, |headers| {
        headers.content_range = Some("bytes 40-99/100".to_owned());
        headers.last_modified = Some("Sat, 21 Nov 2026 10:00:00 GMT".to_owned());
    });
    assert!(fetch(vec![whole(|_| ()), dated], vec![(40.0, CUT), (100.0, End::Whole)]).result.is_ok());
}

#[test]
fn a_piece_that_tells_no_total_is_not_taken_for_the_end() {
    let unlimited = || whole(|headers| headers.content_length = None);
    let piece = |range: &str| {
        bytes(206, |headers| {
            headers.content_range = Some(range.to_owned());
            headers.content_length = Some("20".to_owned());
        })
    };
    let run = fetch(
        vec![unlimited(), piece("bytes 40-59/*"), piece("bytes 60-99/100")],
        vec![(40.0, CUT), (60.0, End::Whole), (100.0, End::Whole)],
    );
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[1].total), (vec![None, Some(40.0), Some(60.0)], None));
    let run = fetch(vec![whole(|_| ()), piece("bytes 40-99/*")], vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok(), "where the total is known, that decides");
    let run = fetch(
        vec![unlimited(), piece("bytes 40-99/*"), status(416), unlimited()],
        vec![(40.0, CUT), (100.0, End::Whole), (100.0, End::Whole)],
    );
    assert!(run.result.is_ok(), "nothing behind the end: the whole is looked at once more");
}

#[test]
fn another_version_before_the_first_byte_is_taken_as_it_is() {
    let other = whole(|headers| {
        headers.content_length = Some("120".to_owned());
        headers.etag = Some("\"v2\"".to_owned());
    });
    let rest = bytes(206, |headers| headers.content_range = Some("bytes 100-119/120".to_owned()));
    let run = fetch(vec![whole(|_| ()), other, rest], vec![(0.0, CUT), (100.0, End::Whole), (120.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.flows[1].total, validators(&run)[2]), (Some(120.0), Some("\"v2\"")));
}
