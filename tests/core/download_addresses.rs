//! Addresses that run out before the bytes do: asked for anew, and the download goes on from the same byte.

use reelay::failure::Code;
use reelay::flow::download::{Download, End, Flow};
use reelay::flow::{Exchange, Request, Trouble};
use reelay::format::Variant;
use serde_json::json;

use crate::download::{CDN, CONTENT, STATUS, completed};
use crate::download_resume::{CUT, fetch, part, whole};
use crate::drive::{Run, World, script};
use crate::make::{bytes, config, ok, redirect, said, status, succeeded};

const FRESH: &str = "https://cdn.example/a.mp4?sig=new";

const NEXT: &str = "https://cdn.example/a.mp4?sig=next";

/// Downloads from the content path; each stream ends as the next of `ends` says.
fn content(answers: Vec<Exchange>, ends: Vec<(f64, End)>) -> Run<()> {
    let config = config();
    let machine = Download::new(succeeded(&[]), Variant::Video, None).unwrap();
    let mut ends = ends.into_iter();
    let mut body = |_: &Flow, _: &Request| ends.next().expect("one stream too many");
    World::new(&config, &mut script(answers)).download(machine, &mut body)
}

#[test]
fn each_refusal_of_an_address_is_answered_by_a_fresh_one() {
    for code in [400, 401, 403, 404, 410] {
        let run = fetch(vec![status(code), completed(FRESH), whole(|_| ())], vec![(100.0, End::Whole)]);
        assert!(run.result.is_ok(), "{code}");
        assert_eq!((run.urls(), run.credentialed()), (vec![CDN, STATUS, FRESH], vec![false, true, false]), "{code}");
        let run = fetch(
            vec![whole(|_| ()), status(code), completed(FRESH), part("bytes 40-99/100")],
            vec![(40.0, CUT), (100.0, End::Whole)],
        );
        assert!(run.result.is_ok(), "{code}");
        assert_eq!(run.ranges(), [None, Some(40.0), None, Some(40.0)], "{code}");
        assert_eq!((run.flows[1].at, run.flows[1].skip), (40.0, 0.0), "{code}");
    }
}

#[test]
fn addresses_may_run_out_again_and_again_as_long_as_bytes_come() {
    let run = fetch(
        vec![
            whole(|_| ()),
            status(403),
            completed(FRESH),
            part("bytes 40-99/100"),
            status(403),
            completed(NEXT),
            part("bytes 60-99/100"),
        ],
        vec![(40.0, CUT), (60.0, CUT), (100.0, End::Whole)],
    );
    assert!(run.result.is_ok());
    assert_eq!(run.urls(), [CDN, CDN, STATUS, FRESH, FRESH, STATUS, NEXT]);
}

#[test]
fn fresh_addresses_that_bring_nothing_end() {
    let mut asked = 0;
    let mut relay = |request: &Request, _: f64| {
        asked += 1;
        if request.url == STATUS { completed(&format!("https://cdn.example/{asked}")) } else { status(403) }
    };
    let config = config();
    let machine = Download::new(succeeded(&[CDN]), Variant::Video, None).unwrap();
    let run = World::new(&config, &mut relay).download(machine, &mut |_, _| unreachable!());
    assert_eq!(run.failure().code, Code::Rejected, "no key was sent there, so none was refused");
    assert_eq!(run.requests.len(), 4);
}

#[test]
fn a_fresh_address_with_other_bytes_is_not_mixed_in() {
    let other = bytes(206, |headers| {
        headers.content_range = Some("bytes 40-99/100".to_owned());
        headers.etag = Some("\"v2\"".to_owned());
    });
    let longer = part("bytes 40-119/120");
    let whole_of_other = whole(|headers| headers.etag = Some("\"v2\"".to_owned()));
    for exchange in [other, longer, whole_of_other] {
        let run = fetch(vec![whole(|_| ()), status(403), completed(FRESH), exchange], vec![(40.0, CUT)]);
        let failure = run.failure();
        assert_eq!((failure.code, failure.bytes), (Code::DownloadIncomplete, Some(40.0)));
        assert!(failure.task.as_ref().is_some_and(|task| task.outputs[0].url == FRESH), "the task stays finished");
    }
}

#[test]
fn a_redirects_goal_that_has_run_out_is_asked_for_at_the_place_that_led_there() {
    let run = content(vec![redirect(302, CDN), status(403), redirect(302, FRESH), whole(|_| ())], vec![(100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.urls(), run.credentialed()), (vec![CONTENT, CDN, CONTENT, FRESH], vec![true, false, true, false]));
    let run = content(
        vec![redirect(302, CDN), whole(|_| ()), status(403), redirect(302, FRESH), part("bytes 40-99/100")],
        vec![(40.0, CUT), (100.0, End::Whole)],
    );
    assert!(run.result.is_ok());
    assert_eq!(run.urls(), [CONTENT, CDN, CDN, CONTENT, FRESH]);
    assert_eq!(run.ranges(), [None, None, Some(40.0), Some(40.0), Some(40.0)]);
}

#[test]
fn redirects_to_goals_that_refuse_end() {
    let run = content(vec![redirect(302, CDN), status(403), redirect(302, FRESH), status(403)], vec![]);
    assert_eq!((run.failure().code, run.failure().http_status), (Code::Rejected, Some(403)));
    let run = content(vec![redirect(302, CDN), whole(|_| ()), status(403), redirect(302, FRESH), status(410)], vec![(40.0, CUT)]);
    assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(40.0)));
}

#[test]
fn json_may_lead_on_as_often_as_bytes_come() {
    let lead = |url: &str| ok(json!({"id": "t", "status": "completed", "video_url": url}));
    let mut answers = vec![lead("https://cdn.example/0"), whole(|_| ())];
    let mut ends = vec![(5.0, CUT)];
    for round in 1..6 {
        answers.extend([
            status(403),
            ok(json!({"id": "t", "status": "completed"})),
            lead(&format!("https://cdn.example/{round}")),
        ]);
        answers.push(part(&format!("bytes {}-99/100", round * 5)));
        ends.push((f64::from(round + 1) * 5.0, CUT));
    }
    *ends.last_mut().unwrap() = (100.0, End::Whole);
    let run = content(answers, ends);
    assert!(run.result.is_ok(), "{:?}", run.result);
}

#[test]
fn a_refused_key_is_told_as_one() {
    let refused = || said(403, json!({"error": {"message": "no such key", "code": "forbidden"}}));
    assert_eq!(content(vec![refused()], vec![]).failure().code, Code::Auth);
    let run = content(vec![whole(|_| ()), status(401)], vec![(40.0, CUT)]);
    assert_eq!((run.failure().code, run.failure().bytes), (Code::Auth, Some(40.0)));
}

#[test]
fn a_relay_that_is_down_when_asked_for_a_fresh_address_leaves_the_content_path() {
    let mut answers = vec![whole(|_| ()), status(403)];
    answers.extend((0..5).map(|_| Exchange::Failed(Trouble::Network)));
    answers.push(part("bytes 40-99/100"));
    let run = fetch(answers, vec![(40.0, CUT), (100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.urls().last(), Some(&CONTENT));
}

#[test]
fn a_redirect_that_has_run_out_is_asked_for_again() {
    let config = config();
    let machine = Download::new(succeeded(&[]), Variant::Video, None).unwrap();
    let signed = |number: u32| redirect(302, &format!("https://cdn.example/a.mp4?sig={number}"));
    let answers = vec![signed(1), whole(|_| ()), status(403), signed(2), part("bytes 40-99/100")];
    let mut ends = vec![(40.0, CUT), (100.0, End::Whole)].into_iter();
    let run = World::new(&config, &mut script(answers)).download(machine, &mut |_, _| ends.next().unwrap());
    assert!(run.result.is_ok());
    let gone = "https://cdn.example/a.mp4?sig=1";
    assert_eq!(run.urls(), [CONTENT, gone, gone, CONTENT, "https://cdn.example/a.mp4?sig=2"]);
    assert_eq!(run.ranges()[3..], [Some(40.0), Some(40.0)]);
    let machine = Download::new(succeeded(&[]), Variant::Video, None).unwrap();
    let answers = vec![signed(1), status(403), signed(2), status(403)];
    let run = World::new(&config, &mut script(answers)).download(machine, &mut |_, _| (0.0, CUT));
    assert_eq!((run.failure().code, run.requests.len()), (Code::Rejected, 4), "but once only, as long as nothing comes");
}
