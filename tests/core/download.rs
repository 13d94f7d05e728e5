//! The bytes of one output: where they are asked for, and what is tried when that fails.

use reelay::failure::Code;
use reelay::flow::download::{Download, End};
use reelay::flow::{Exchange, Trouble, Want};
use reelay::format::{Format, Variant};
use reelay::task::Task;
use serde_json::json;

use crate::drive::{Run, World, script};
use crate::make::{bytes, config, config_at, ok, page, reason, said, status, succeeded, task, task_ref};

pub const CONTENT: &str = "https://relay.example/v1/videos/t/content";
pub const STATUS: &str = "https://relay.example/v1/videos/t";
pub const CDN: &str = "https://cdn.example/a.mp4?sig=old";
const FRESH: &str = "https://cdn.example/a.mp4?sig=new";

/// Downloads a task's video; every stream delivers five bytes and ends well.
pub fn fetch(task: Task, answers: Vec<Exchange>) -> Run<()> {
    let config = config();
    let machine = Download::new(task, Variant::Video, None).unwrap();
    World::new(&config, &mut script(answers)).download(machine, &mut |_, _| (5.0, End::Whole))
}

pub fn video() -> Exchange {
    bytes(200, |headers| headers.content_length = Some("5".to_owned()))
}

pub fn completed(url: &str) -> Exchange {
    ok(json!({"id": "t", "status": "completed", "video_url": url}))
}

#[test]
fn a_result_has_an_address_of_its_own_and_is_asked_without_the_key() {
    let run = fetch(succeeded(&[CDN]), vec![video()]);
    assert!(run.result.is_ok());
    assert_eq!((run.urls(), run.credentialed()), (vec![CDN], vec![false]));
    assert_eq!(run.requests[0].want, Want::Bytes { from: None, validator: None });
    assert_eq!((run.flows[0].skip, run.flows[0].total, run.flows[0].media_type.as_deref()), (0.0, Some(5.0), Some("video/mp4")));
}

#[test]
fn a_result_on_the_relay_is_asked_with_the_key() {
    let own = "https://relay.example/v1/videos/t/content?index=0";
    assert_eq!(fetch(succeeded(&[own]), vec![video()]).credentialed(), [true]);
}

#[test]
fn without_an_address_the_content_path_is_asked_with_the_key() {
    for format in [Format::OpenaiVideos, Format::UnifiedVideo, Format::NewapiGenerations] {
        let task = task(json!({"id": "t", "status": "done"})).of(task_ref(format));
        let run = fetch(task, vec![video()]);
        assert_eq!((run.urls(), run.credentialed()), (vec![CONTENT], vec![true]));
    }
}

#[test]
fn an_id_is_escaped_in_the_content_path() {
    let mut task = succeeded(&[]);
    task.task_ref.id = "a/b+c=".to_owned();
    assert_eq!(fetch(task, vec![video()]).urls(), ["https://relay.example/v1/videos/a%2Fb%2Bc=/content"]);
}

#[test]
fn a_task_that_has_not_succeeded_is_refused() {
    let refusals = [
        ("queued", Code::InvalidArgument),
        ("running", Code::InvalidArgument),
        ("odd", Code::InvalidArgument),
        ("failed", Code::TaskFailed),
        ("expired", Code::TaskExpired),
    ];
    for (word, code) in refusals {
        let task = task(json!({"id": "t", "status": word})).of(task_ref(Format::OpenaiVideos));
        let failure = Download::new(task, Variant::Video, None).unwrap_err();
        assert_eq!(failure.code, code);
        assert!(failure.task.is_some());
    }
}

#[test]
fn another_output_has_its_own_address_and_no_content_path() {
    let two = || succeeded(&[CDN, "https://cdn.example/b.mp4"]);
    let config = config();
    let machine = Download::new(two(), Variant::Video, Some(1)).unwrap();
    let mut relay = script(vec![status(404), status(404)]);
    let run = World::new(&config, &mut relay).download(machine, &mut |_, _| (5.0, End::Whole));
    assert_eq!(run.urls(), ["https://cdn.example/b.mp4", STATUS], "the content path holds another clip");
    assert_eq!(run.failure().code, Code::NotFound);
    assert_eq!(Download::new(two(), Variant::Video, Some(2)).unwrap_err().code, Code::InvalidArgument);
    assert!(Download::new(succeeded(&[]), Variant::Video, Some(0)).is_ok());
}

#[test]
fn a_thumbnail_is_only_on_the_content_path() {
    let config = config();
    let machine = Download::new(succeeded(&[CDN]), Variant::Thumbnail, None).unwrap();
    let mut relay = script(vec![bytes(200, |headers| headers.content_type = Some("image/webp".to_owned()))]);
    let run = World::new(&config, &mut relay).download(machine, &mut |_, _| (5.0, End::Whole));
    assert_eq!(run.urls(), ["https://relay.example/v1/videos/t/content?variant=thumbnail"]);
    assert_eq!(run.flows[0].media_type.as_deref(), Some("image/webp"));
}

#[test]
fn a_data_address_is_decoded_and_never_fetched() {
    let run = fetch(succeeded(&["data:video/mp4;base64,AAAA"]), vec![]);
    assert!(run.result.is_ok());
    assert_eq!(run.decoded, ["data:video/mp4;base64,AAAA"]);
}

#[test]
fn an_address_that_has_run_out_is_replaced_once() {
    for http in [400, 401, 403, 404, 410] {
        let run = fetch(succeeded(&[CDN]), vec![status(http), completed(FRESH), video()]);
        assert!(run.result.is_ok(), "{http}");
        assert_eq!((run.urls(), run.credentialed()), (vec![CDN, STATUS, FRESH], vec![false, true, false]));
    }
}

#[test]
fn the_content_path_is_the_last_resort() {
    let run = fetch(succeeded(&[CDN]), vec![status(403), completed(FRESH), status(403), video()]);
    assert!(run.result.is_ok());
    assert_eq!(run.urls(), [CDN, STATUS, FRESH, CONTENT]);
    let run = fetch(succeeded(&[CDN]), vec![status(403), status(404), video()]);
    assert!(run.result.is_ok(), "a task that cannot be asked for again may still be fetched");
    assert_eq!(run.urls(), [CDN, STATUS, CONTENT]);
}

#[test]
fn a_task_that_succeeded_stays_so_whatever_is_said_of_it_later() {
    for later in ["in_progress", "failed", "expired", "odd"] {
        let run = fetch(succeeded(&[CDN]), vec![status(403), ok(json!({"id": "t", "status": later})), status(404)]);
        assert_eq!(run.urls(), [CDN, STATUS, CONTENT], "{later}");
        assert_eq!(run.failure().task.as_ref().unwrap().status, reelay::task::Status::Succeeded, "{later}");
    }
}

#[test]
fn trouble_that_may_pass_is_told_before_what_will_not() {
    let mut answers = vec![status(403), completed(CDN), status(403)];
    answers.extend((0..5).map(|_| status(503)));
    assert_eq!(fetch(succeeded(&[CDN]), answers).failure().code, Code::Server, "another download may well succeed");
}

#[test]
fn the_results_own_trouble_is_told_not_the_last_resorts() {
    let run = fetch(succeeded(&[CDN]), vec![status(410), completed(CDN), status(410), status(404)]);
    let failure = run.failure();
    assert_eq!((failure.code, failure.http_status, failure.bytes), (Code::NotFound, Some(410), Some(0.0)));
    assert!(failure.task.is_some() && failure.message.contains("cdn.example") && !failure.message.contains("sig"));
    let run = fetch(succeeded(&[CDN]), vec![page_of_bytes(), completed(CDN), page_of_bytes(), status(404)]);
    assert_eq!(run.failure().code, Code::NotAVideo);
}

fn page_of_bytes() -> Exchange {
    bytes(200, |headers| headers.content_type = Some("text/html; charset=utf-8".to_owned()))
}

#[test]
fn nothing_anywhere_is_no_output() {
    let run = fetch(succeeded(&[]), vec![said(404, json!({"error": {"message": "Task not found"}}))]);
    let failure = run.failure();
    assert_eq!((failure.code, failure.http_status), (Code::NoOutput, Some(404)));
    assert_eq!(failure.server, Some(reason(None, Some("Task not found"))));
    assert_eq!(failure.code.hint(), Code::NoOutput.hint());
}

#[test]
fn a_withheld_file_is_the_relays_refusal() {
    let run = fetch(succeeded(&[]), vec![said(403, json!({"error": {"message": "Files [x] are not accessible"}}))]);
    assert_eq!((run.failure().code, run.requests.len()), (Code::Auth, 1));
}

#[test]
fn what_may_pass_is_asked_again_at_the_same_place() {
    let run = fetch(succeeded(&[CDN]), vec![status(503), Exchange::Failed(Trouble::Network), video()]);
    assert_eq!(run.urls(), [CDN, CDN, CDN]);
    assert_eq!(run.slept(), [375.0, 750.0]);
}

#[test]
fn content_that_is_not_there_yet_is_waited_for() {
    let early = said(400, json!({"error": {"message": "Task is not completed yet, current status: SUCCESS"}}));
    let sglang = said(404, json!({"detail": "Generation is still in-progress"}));
    let artifact = said(409, json!({"error": {"message": "m", "code": "artifact_not_ready"}}));
    let running = ok(json!({"id": "t", "status": "in_progress"}));
    let run = fetch(succeeded(&[]), vec![early, sglang, artifact, running, video()]);
    assert!(run.result.is_ok());
    assert_eq!(run.pauses.len(), 4);
    let always: Vec<Exchange> = (0..5).map(|_| ok(json!({"id": "t", "status": "in_progress"}))).collect();
    assert_eq!(fetch(succeeded(&[]), always).failure().code, Code::Server, "but not for ever");
}

#[test]
fn an_unsafe_address_is_not_asked() {
    for url in [
        "http://cdn.example/a.mp4",
        "https://127.0.0.1/a.mp4",
        "https://10.0.0.8/a.mp4",
        "https://user:pw@cdn.example/a.mp4",
        "https://[::1]/a",
    ] {
        let run = fetch(succeeded(&[url]), vec![status(404)]);
        assert_eq!((run.failure().code, run.urls()), (Code::UnsafeUrl, vec![CONTENT]), "{url}");
        assert!(fetch(succeeded(&[url]), vec![video()]).result.is_ok(), "{url}: the relay's own path may still serve it");
    }
}

#[test]
fn a_page_guards_private_addresses_itself() {
    let mut config = config();
    config.guard_private = false;
    let machine = Download::new(succeeded(&["https://192.168.0.9/a.mp4"]), Variant::Video, None).unwrap();
    let run = World::new(&config, &mut script(vec![video()])).download(machine, &mut |_, _| (5.0, End::Whole));
    assert_eq!((run.urls(), run.credentialed()), (vec!["https://192.168.0.9/a.mp4"], vec![false]));
    let local = config_at("http://127.0.0.1:3000/v1");
    let machine = Download::new(succeeded(&["http://127.0.0.1:9000/a.mp4"]), Variant::Video, None).unwrap();
    let run = World::new(&local, &mut script(vec![video()])).download(machine, &mut |_, _| (5.0, End::Whole));
    assert_eq!((run.result.is_ok(), run.credentialed()), (true, vec![false]));
}

#[test]
fn a_page_in_place_of_content_is_not_a_video() {
    assert_eq!(fetch(succeeded(&[]), vec![page_of_bytes()]).failure().code, Code::NotAVideo);
    let xml = bytes(200, |headers| headers.content_type = Some("application/xml".to_owned()));
    assert_eq!(fetch(succeeded(&[]), vec![xml]).failure().code, Code::NotAVideo);
    assert_eq!(fetch(succeeded(&[]), vec![page(502), video()]).requests.len(), 2, "a gateway's page passes");
}

#[test]
fn first_bytes_that_are_no_video_are_refused_whatever_the_header_said() {
    for what in ["HTML", "XML", "JSON"] {
        let config = config();
        let machine = Download::new(succeeded(&[CDN]), Variant::Video, None).unwrap();
        let mut relay = script(vec![video(), completed(CDN), video(), video()]);
        let run = World::new(&config, &mut relay).download(machine, &mut |_, _| (0.0, End::Impostor(what)));
        assert_eq!((run.failure().code, run.urls()), (Code::NotAVideo, vec![CDN, STATUS, CDN, CONTENT]));
        assert!(run.failure().message.contains(what));
    }
}
