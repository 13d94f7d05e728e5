//! One snapshot: attempts, pauses and what ends them.

use reelay::failure::Code;
use reelay::flow::query::Query;
use reelay::flow::{Exchange, Trouble, Want, Why};
use reelay::format::Format;
use reelay::task::{Status, Task};
use serde_json::json;

use crate::drive::{LATENCY, Run, World, script};
use crate::make::{config, ok, page, reason, said, status, with};

fn ask(answers: Vec<Exchange>) -> Run<Task> {
    ask_for("t", answers)
}

fn ask_for(id: &str, answers: Vec<Exchange>) -> Run<Task> {
    let config = config();
    let machine = Query::new(id, Some(Format::OpenaiVideos), None, config.retries).unwrap();
    World::new(&config, &mut script(answers)).query(machine)
}

fn done() -> Exchange {
    ok(json!({"id": "t", "status": "completed"}))
}

#[test]
fn one_answer_is_one_snapshot() {
    let run =
        ask_for("sora-2:task_1", vec![ok(json!({"id": "task_1", "status": "in_progress", "progress": 30, "model": "sora-2"}))]);
    let task = run.result.as_ref().unwrap();
    assert_eq!((task.status, task.progress), (Status::Running, Some(0.3)),);
    assert_eq!(
        (task.task_ref.id.as_str(), task.task_ref.format, task.task_ref.base_url.as_str()),
        ("sora-2:task_1", Format::OpenaiVideos, "https://relay.example"),
        "the id asked for stays"
    );
    assert_eq!(run.urls(), ["https://relay.example/v1/videos/sora-2:task_1"]);
    assert_eq!((run.credentialed(), run.took), (vec![true], LATENCY));
    assert_eq!((&run.requests[0].want, run.requests[0].timeout_ms), (&Want::Json, 30_000.0));
}

#[test]
fn every_format_has_its_path() {
    for (format, url) in [
        (Format::OpenaiVideos, "https://relay.example/v1/videos/a%2Fb"),
        (Format::UnifiedVideo, "https://relay.example/v1/video/query?id=a%2Fb"),
        (Format::NewapiGenerations, "https://relay.example/v1/video/generations/a%2Fb"),
    ] {
        let config = config();
        let machine = Query::new("a/b", Some(format), None, 0).unwrap();
        let run = World::new(&config, &mut script(vec![done()])).query(machine);
        assert_eq!(run.urls(), [url]);
        assert_eq!(run.result.unwrap().task_ref.format, format);
    }
    assert_eq!(Query::new("", None, None, 0).unwrap_err().code, Code::InvalidArgument);
    assert_eq!(Query::new("..", None, None, 0).unwrap_err().code, Code::InvalidArgument);
}

#[test]
fn a_finished_task_is_a_snapshot_whatever_its_end() {
    for (word, end) in [("failed", Status::Failed), ("expired", Status::Expired), ("odd", Status::Unknown)] {
        assert_eq!(ask(vec![ok(json!({"id": "t", "status": word}))]).result.unwrap().status, end);
    }
}

#[test]
fn what_may_pass_is_asked_again_with_growing_pauses() {
    let run = ask(vec![status(502), status(429), Exchange::Failed(Trouble::Network), Exchange::Failed(Trouble::Timeout), done()]);
    assert_eq!(run.result.as_ref().unwrap().status, Status::Succeeded);
    assert_eq!(run.slept(), [375.0, 750.0, 1500.0, 3000.0]);
    assert_eq!(run.took, 375.0 + 750.0 + 1500.0 + 3000.0 + 4.0 * LATENCY + 30_000.0);
    let whys: Vec<&Why> = run.pauses.iter().map(|pause| &pause.why).collect();
    assert_eq!(*whys[1], Why::Retry { attempt: 2, code: Code::RateLimited, http_status: Some(429) });
    assert_eq!(*whys[3], Why::Retry { attempt: 4, code: Code::Timeout, http_status: None });
}

#[test]
fn attempts_end() {
    let run = ask(vec![status(503), status(503), status(503), status(503), said(503, json!({"error": {"message": "busy"}}))]);
    let failure = run.failure();
    assert_eq!((failure.code, failure.http_status), (Code::Server, Some(503)));
    assert_eq!(failure.server, Some(reason(None, Some("busy"))), "the last answer is the one told");
    assert_eq!(failure.task_ref.as_ref().unwrap().id, "t");
    assert_eq!(run.requests.len(), 5);
}

#[test]
fn a_refused_key_is_never_repeated() {
    for http in [401, 403] {
        let run = ask(vec![with(status(http), |headers| headers.should_retry = Some("true".to_owned()))]);
        assert_eq!((run.failure().code, run.requests.len(), run.pauses.len()), (Code::Auth, 1, 0));
    }
}

#[test]
fn what_will_not_pass_is_not_repeated() {
    let once = [
        (status(400), Code::Rejected),
        (status(402), Code::InsufficientFunds),
        (status(404), Code::NotFound),
        (status(422), Code::Rejected),
        (status(501), Code::Server),
        (page(200), Code::UnexpectedResponse),
        (ok(json!({})), Code::UnexpectedResponse),
        (said(429, json!({"error": {"code": "insufficient_quota", "message": "m"}})), Code::InsufficientFunds),
        (said(400, json!({"code": "imagine:content-moderated", "error": "m"})), Code::Rejected),
    ];
    for (exchange, code) in once {
        let run = ask(vec![exchange]);
        assert_eq!((run.failure().code, run.requests.len()), (code, 1));
    }
}

#[test]
fn the_relays_own_pause_is_kept() {
    let after = |header: &str| with(status(429), |headers| headers.retry_after = Some(header.to_owned()));
    let run = ask(vec![
        after("3"),
        after("Sun, 06 Nov 1994 08:49:37 GMT"),
        with(status(503), |h| h.retry_after_ms = Some("40".to_owned())),
        done(),
    ]);
    assert!(run.result.is_ok());
    assert_eq!(run.slept()[0], 3000.0);
    assert!(run.slept()[1] < 1000.0, "a date that has passed is no pause: the own one serves");
    assert_eq!(run.slept()[2], 40.0);
}

#[test]
fn a_date_to_come_back_at_is_kept() {
    let now = crate::make::START;
    let date = chrono::DateTime::from_timestamp_millis((now as i64 / 1000 + 20) * 1000).unwrap();
    let header = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let run = ask(vec![with(status(503), |headers| headers.retry_after = Some(header)), done()]);
    assert_eq!(run.slept(), [20_000.0 - LATENCY]);
}

#[test]
fn a_pause_of_more_than_a_minute_is_the_callers_to_make() {
    let run = ask(vec![with(status(429), |headers| headers.retry_after = Some("61".to_owned()))]);
    let failure = run.failure();
    assert_eq!((failure.code, failure.retry_after_ms, run.pauses.len()), (Code::RateLimited, Some(61_000.0), 0));
}

#[test]
fn x_should_retry_is_heard() {
    let advise = |exchange: Exchange, word: &str| with(exchange, |headers| headers.should_retry = Some(word.to_owned()));
    assert_eq!(ask(vec![advise(status(400), "true"), done()]).requests.len(), 2);
    assert_eq!(ask(vec![advise(status(503), "false")]).failure().code, Code::Server);
    assert_eq!(ask(vec![advise(status(503), "maybe"), done()]).requests.len(), 2, "another word is no advice");
}

#[test]
fn a_job_that_failed_behind_a_500_is_not_asked_for_again() {
    let run = ask(vec![said(500, json!({"id": "t", "status": "failed", "error": {"code": 500, "message": "out of memory"}}))]);
    let task = run.result.as_ref().unwrap();
    assert_eq!((task.status, run.requests.len()), (Status::Failed, 1));
    assert_eq!(task.error, Some(reason(Some("500"), Some("out of memory"))));
}
