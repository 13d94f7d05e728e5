//! Going on behind the part that an earlier run left: what it is known again by, and what takes its place.

use reelay::failure::Code;
use reelay::flow::download::{Download, End, Flow, Part};
use reelay::flow::{Exchange, Request};
use reelay::format::Variant;

use crate::download::{CDN, completed};
use crate::download_resume::{CUT, fetch, part, validators, whole};
use crate::drive::{Run, World, script};
use crate::make::{bytes, config, status, succeeded};

/// Goes on behind a part of 40 bytes that an earlier run left.
pub fn behind(part: Part, answers: Vec<Exchange>, ends: Vec<(f64, End)>) -> Run<()> {
    let config = config();
    let mut machine = Download::new(succeeded(&[CDN]), Variant::Video, None).unwrap();
    machine.resume(part);
    let mut ends = ends.into_iter();
    let mut body = |_: &Flow, _: &Request| ends.next().expect("one stream too many");
    World::new(&config, &mut script(answers)).download(machine, &mut body)
}

pub fn left(total: Option<f64>, validator: Option<&str>) -> Part {
    Part { bytes: 40.0, total, validator: validator.map(str::to_owned) }
}

#[test]
fn a_part_of_an_earlier_run_is_continued() {
    let run = behind(left(Some(100.0), Some("\"v1\"")), vec![part("bytes 40-99/100")], vec![(100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), validators(&run)), (vec![Some(40.0)], vec![Some("\"v1\"")]));
    assert_eq!((run.flows[0].at, run.flows[0].skip), (40.0, 0.0));
}

#[test]
fn a_part_of_another_version_is_fetched_again_from_the_first_byte() {
    let old = left(Some(100.0), Some("\"v0\""));
    let run = behind(old, vec![whole(|_| ()), whole(|_| ())], vec![(100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!(run.ranges(), [Some(40.0), None]);
    assert_eq!((run.flows[0].at, run.flows[0].skip, run.flows[0].validator.as_deref()), (0.0, 0.0, Some("\"v1\"")));
}

#[test]
fn a_part_that_nothing_pins_is_not_trusted() {
    let run = behind(left(None, None), vec![whole(|_| ())], vec![(100.0, End::Whole)]);
    assert!(run.result.is_ok());
    assert_eq!((run.ranges(), run.flows[0].at), (vec![None], 0.0));
}

#[test]
fn another_version_is_refused_once_this_run_has_passed_bytes_on() {
    let other = bytes(206, |headers| {
        headers.content_range = Some("bytes 60-99/100".to_owned());
        headers.etag = Some("\"v2\"".to_owned());
    });
    let run = behind(left(Some(100.0), Some("\"v1\"")), vec![part("bytes 40-99/100"), other], vec![(60.0, CUT)]);
    assert_eq!(run.result.unwrap_err().code, Code::DownloadIncomplete);
}

#[test]
fn a_data_address_takes_the_place_of_an_earlier_part_and_continues_none() {
    let config = config();
    let data = "data:video/mp4;base64,AAAA";
    let mut machine = Download::new(succeeded(&[data]), Variant::Video, None).unwrap();
    machine.resume(left(Some(100.0), Some("\"v1\"")));
    let run = World::new(&config, &mut script(vec![])).download(machine, &mut |_, _| panic!("nothing is streamed"));
    assert!(run.result.is_ok(), "the old length says nothing of it");
    let run = fetch(vec![whole(|_| ()), status(404), completed(data)], vec![(40.0, CUT)]);
    assert_eq!((run.failure().code, run.failure().bytes), (Code::DownloadIncomplete, Some(40.0)));
    assert!(run.decoded.is_empty());
}
