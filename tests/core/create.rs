//! Having something made: what is sent once, and what proves that it may be sent again.

use reelay::create::plan;
use reelay::failure::Code;
use reelay::flow::create::Create;
use reelay::flow::{Exchange, Method, Trouble};
use reelay::format::{Format, Route, VIDEOS};
use reelay::options::Config;
use reelay::task::{Status, Task};
use serde_json::{Value as Json, json};

use crate::drive::{Run, World, script};
use crate::make::{config, ok, page, redirect, said, status, value, with};

fn make(format: Format, answers: Vec<Exchange>) -> Run<Option<Task>> {
    make_with(&config(), format, None, answers)
}

fn make_with(config: &Config, format: Format, known: Option<Route>, answers: Vec<Exchange>) -> Run<Option<Task>> {
    let plan = plan(format.spec().create, format.spec(), &value(json!({"model": "m", "prompt": "p"}))).unwrap();
    World::new(config, &mut script(answers)).create(Create::new(plan, format, known, true))
}

fn call(order: Json, of_task: bool, answers: Vec<Exchange>) -> Run<Option<Task>> {
    let spec = Format::OpenaiVideos.spec();
    let plan = plan(VIDEOS, spec, &value(order)).unwrap();
    let config = config();
    World::new(&config, &mut script(answers)).create(Create::new(plan, Format::OpenaiVideos, None, of_task))
}

fn task(run: &Run<Option<Task>>) -> &Task {
    run.result.as_ref().unwrap().as_ref().unwrap()
}

#[test]
fn the_answer_is_a_task_with_a_ref_to_go_on_with() {
    let run = make(Format::OpenaiVideos, vec![ok(json!({"id": "video_1", "status": "queued", "progress": 0}))]);
    let made = task(&run);
    assert_eq!((&*made.task_ref.id, made.status, &*made.task_ref.base_url), ("video_1", Status::Queued, "https://relay.example"));
    assert_eq!((made.task_ref.format, &made.task_ref.kind), (Format::OpenaiVideos, &None));
    let request = &run.requests[0];
    assert_eq!((request.method, request.makes, request.credentialed), (Method::Post, Some(false), true));
    assert_eq!(request.body.as_deref(), Some(r#"{"model":"m","prompt":"p"}"#));
}

#[test]
fn every_vendors_answer_is_read() {
    for (format, body, id) in [
        (Format::Doubao, json!({"id": "cgt-1"}), "cgt-1"),
        (Format::VeoNative, json!({"name": "models/v/operations/o"}), "models/v/operations/o"),
        (Format::Minimax, json!({"task_id": "1", "base_resp": {"status_code": 0}}), "1"),
        (Format::Suno, json!({"code": "success", "data": "song"}), "song"),
        (Format::Midjourney, json!({"code": 22, "description": "queued", "result": "0013"}), "0013"),
        (Format::Wan, json!({"output": {"task_id": "w", "task_status": "PENDING"}, "request_id": "r"}), "w"),
        (Format::Jimeng, json!({"code": 10000, "data": {"task_id": "7"}, "message": "Success"}), "7"),
        (Format::Kling, json!({"id": "task_1", "task_id": "task_1", "object": "video", "status": ""}), "task_1"),
    ] {
        let run = make(format, vec![ok(body.clone())]);
        let made = task(&run);
        assert_eq!((&*made.task_ref.id, made.status.is_final()), (id, false), "{body}");
    }
}

#[test]
fn a_ref_names_the_kind_unless_it_is_the_usual() {
    let answer = || vec![ok(json!({"code": 0, "data": {"task_id": "1", "task_status": "submitted"}}))];
    assert_eq!(task(&make(Format::Kling, answer())).task_ref.kind, None);
    let spec = Format::Kling.spec();
    let order = json!({"model": "m", "prompt": "p", "images": ["https://x.example/a.png"]});
    let plan = plan(spec.create, spec, &value(order)).unwrap();
    let config = config();
    let run = World::new(&config, &mut script(answer())).create(Create::new(plan, Format::Kling, None, true));
    assert_eq!(task(&run).task_ref.kind.as_deref(), Some("image2video"));
    let jimeng = make(Format::Jimeng, vec![ok(json!({"code": 10000, "data": {"task_id": "7"}}))]);
    assert_eq!(task(&jimeng).task_ref.kind.as_deref(), Some("m"));
}

#[test]
fn a_finished_answer_is_given_as_it_is() {
    let run = make(Format::NewapiGenerations, vec![ok(json!({"url": "https://x.example/v.mp4"}))]);
    assert_eq!((task(&run).status, task(&run).video_url()), (Status::Succeeded, Some("https://x.example/v.mp4")));
    let failed = make(Format::OpenaiVideos, vec![ok(json!({"id": "a", "status": "failed", "error": {"message": "no"}}))]);
    assert_eq!(task(&failed).status, Status::Failed);
}

/// What leaves the fate open is told with what to look at, and is never followed by another request.
#[test]
fn a_create_whose_fate_is_unclear_is_never_sent_again() {
    let retry = |exchange| with(exchange, |headers| headers.should_retry = Some("true".to_owned()));
    for (exchange, code) in [
        (Exchange::Failed(Trouble::Network), Code::Network),
        (Exchange::Failed(Trouble::Timeout), Code::Timeout),
        (status(500), Code::Server),
        (status(502), Code::Server),
        (retry(status(503)), Code::Server),
        (page(504), Code::Server),
        (page(200), Code::UnexpectedResponse),
        (ok(json!({})), Code::UnexpectedResponse),
        (ok(json!({"status": "queued"})), Code::UnexpectedResponse),
        (status(200), Code::UnexpectedResponse),
        (status(408), Code::Timeout),
        (ok(json!({"code": 500, "msg": "upstream"})), Code::Server),
    ] {
        let run = make(Format::OpenaiVideos, vec![exchange]);
        let failure = run.failure();
        assert_eq!((failure.code, run.requests.len(), run.pauses.len()), (code, 1, 0));
        assert!(failure.message.ends_with(" It may have been made all the same."), "{}", failure.message);
        assert!(failure.hint.unwrap().contains("list of tasks"));
    }
}

#[test]
fn a_refusal_is_no_open_question() {
    for (exchange, code) in [
        (status(400), Code::Rejected),
        (status(401), Code::Auth),
        (status(402), Code::InsufficientFunds),
        (status(403), Code::Auth),
        (status(422), Code::Rejected),
        (status(501), Code::Server),
        (ok(json!({"code": 400, "msg": "bad"})), Code::Rejected),
        (said(400, json!({"error": {"code": "sentinel_block", "message": "no"}})), Code::Rejected),
    ] {
        let run = make(Format::OpenaiVideos, vec![exchange]);
        let failure = run.failure();
        assert_eq!((failure.code, failure.hint, run.requests.len()), (code, None, 1));
    }
    for code in [3, 4, 9, 23, 24] {
        let answer = ok(json!({"code": code, "description": "no", "result": "0013"}));
        assert_eq!(make(Format::Midjourney, vec![answer]).failure().code, Code::Rejected, "nothing runs under that id");
    }
}

#[test]
fn too_busy_proves_that_nothing_was_made() {
    let busy = || with(status(429), |headers| headers.retry_after = Some("3".to_owned()));
    let run = make(Format::OpenaiVideos, vec![busy(), busy(), ok(json!({"id": "a", "status": "queued"}))]);
    assert_eq!((task(&run).task_ref.id.as_str(), run.slept()), ("a", vec![3000.0, 3000.0]));
    let run = make(Format::OpenaiVideos, vec![busy(), busy(), busy(), busy(), busy()]);
    assert_eq!((run.failure().code, run.failure().retry_after_ms, run.requests.len()), (Code::RateLimited, Some(3000.0), 5));
    let poor = said(429, json!({"error": {"code": "insufficient_quota", "message": "m"}}));
    assert_eq!(make(Format::OpenaiVideos, vec![poor]).failure().code, Code::InsufficientFunds);
    // Said in a 200 it proves nothing.
    let run = make(Format::OpenaiVideos, vec![ok(json!({"code": 429, "msg": "busy"}))]);
    assert_eq!((run.failure().code, run.requests.len()), (Code::RateLimited, 1));
    let run = make(Format::OpenaiVideos, vec![busy(), Exchange::Failed(Trouble::Network)]);
    assert_eq!((run.failure().code, run.requests.len()), (Code::Network, 2), "what follows is sent once, too");
}

#[test]
fn a_path_that_is_not_served_leads_to_the_next() {
    let run = make(Format::Vidu, vec![status(404), status(405), ok(json!({"task_id": "1", "state": "created"}))]);
    assert_eq!(
        run.urls(),
        ["/vidu/ent/v2/text2video", "/ent/v2/text2video", "/vidu/v2/text2video"]
            .map(|path| ["https://relay.example", path].concat())
    );
    let known = Route { format: Format::Vidu, prefix: 1 };
    let run = make_with(&config(), Format::Vidu, Some(known), vec![status(404), ok(json!({"task_id": "1", "state": "created"}))]);
    assert_eq!(run.urls(), ["https://relay.example/ent/v2/text2video", "https://relay.example/vidu/v2/text2video"]);
    let run =
        make(Format::Vidu, vec![status(404), said(404, json!({"reason": "ModelUnavailable", "message": "no m"})), status(404)]);
    assert_eq!(run.failure().server.as_ref().unwrap().message.as_deref(), Some("no m"), "what tells most");
    assert_eq!((run.failure().code, run.failure().hint), (Code::NotFound, None));
    let run = make(Format::Vidu, vec![status(404), status(500)]);
    assert_eq!((run.failure().code, run.requests.len()), (Code::Server, 2), "an open question ends the search");
}

#[test]
fn a_prefix_that_the_caller_names_is_the_only_one() {
    let mut config = config();
    (config.format, config.prefix) = (Some(Format::Vidu), Some("/v".to_owned()));
    let run = make_with(&config, Format::Vidu, None, vec![status(404)]);
    assert_eq!((run.urls(), run.failure().code), (vec!["https://relay.example/v/text2video"], Code::NotFound));
}

#[test]
fn a_redirect_is_not_followed() {
    for to in ["https://relay.example/v2/videos?sig=1", "https://elsewhere.example/", "http://127.0.0.1/"] {
        for http in [301, 302, 303, 307, 308] {
            let run = make(Format::OpenaiVideos, vec![redirect(http, to)]);
            assert_eq!(
                (run.failure().code, run.failure().http_status, run.requests.len()),
                (Code::UnexpectedResponse, Some(http), 1)
            );
            let said = &run.failure().message;
            assert!(said.contains(&[" redirects to ", to.split('?').next().unwrap(), ","].concat()), "{said}");
            assert!(!said.contains("sig=") && run.failure().hint.is_none());
        }
    }
    // As a page's browser shows it.
    let run = make(Format::OpenaiVideos, vec![status(0)]);
    assert_eq!(run.failure().code, Code::UnexpectedResponse);
    assert!(run.failure().message.contains(" redirects to elsewhere,") && run.failure().hint.is_none());
}

#[test]
fn what_only_asks_may_be_repeated() {
    let gone = || Exchange::Failed(Trouble::Network);
    let run = call(json!({"kind": "list"}), false, vec![gone(), status(503), ok(json!({"object": "list", "data": []}))]);
    assert_eq!((run.result.as_ref().unwrap(), run.requests.len()), (&None, 3));
    assert_eq!((run.requests[0].method, &run.requests[0].body), (Method::Get, &None));
    let run = call(json!({"kind": "getCharacter", "video": "c"}), false, vec![said(404, json!({"error": {"message": "no"}}))]);
    assert_eq!((run.failure().code, run.failure().hint), (Code::NotFound, None));
    let run = call(json!({"kind": "getCharacter", "video": "c"}), false, vec![page(200)]);
    assert_eq!(run.failure().code, Code::UnexpectedResponse);
}

#[test]
fn what_is_removed_stays_so() {
    let remove = |answers| call(json!({"kind": "remove", "video": "v"}), false, answers);
    assert_eq!(remove(vec![ok(json!({"id": "v", "deleted": true}))]).requests[0].method, Method::Delete);
    assert!(remove(vec![status(204)]).result.is_ok());
    let run = remove(vec![Exchange::Failed(Trouble::Network), status(404)]);
    assert!(run.result.is_ok(), "the first attempt did it");
    assert_eq!(remove(vec![status(404)]).failure().code, Code::NotFound, "nothing was there");
}

#[test]
fn a_character_is_made_once() {
    let order = json!({"kind": "createCharacter", "images": [0], "name": "n"});
    let run = call(order.clone(), false, vec![status(502)]);
    assert_eq!((run.failure().code, run.requests.len(), run.requests[0].makes), (Code::Server, 1, Some(true)));
    assert!(run.failure().hint.is_some());
    assert!(call(order, false, vec![ok(json!({"id": "char_1", "name": "n", "created_at": 1}))]).result.is_ok());
}
