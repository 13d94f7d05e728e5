//! `auto`: which routes are asked, in which order, and which failure is told.

use reelay::failure::Code;
use reelay::flow::query::Query;
use reelay::flow::{Exchange, Trouble};
use reelay::format::{Format, Route};
use reelay::task::Task;
use serde_json::json;

use crate::drive::{Run, World, script};
use crate::make::{config, ok, page, redirect, said, status};

const OPENAI: &str = "https://relay.example/v1/videos/t";
const UNIFIED: &str = "https://relay.example/v1/video/query?id=t";
const NEWAPI: &str = "https://relay.example/v1/video/generations/t";

fn auto(remembered: Option<Format>, answers: Vec<Exchange>) -> Run<Task> {
    let config = config();
    let machine = Query::new("t", None, remembered.map(Route::from), config.retries).unwrap();
    World::new(&config, &mut script(answers)).query(machine)
}

fn no_route() -> Exchange {
    said(404, json!({"error": {"message": "Invalid URL (GET /v1/videos/t)", "type": "invalid_request_error", "code": ""}}))
}

fn found() -> Exchange {
    ok(json!({"id": "t", "status": "queued"}))
}

#[test]
fn the_three_routes_are_tried_in_order() {
    let run = auto(None, vec![no_route(), page(200), found()]);
    assert_eq!(run.urls(), [OPENAI, UNIFIED, NEWAPI]);
    assert_eq!(run.result.unwrap().task_ref.format, Format::NewapiGenerations, "the ref names the route that knew the task");
}

#[test]
fn the_first_route_that_knows_ends_the_search() {
    assert_eq!(auto(None, vec![found()]).urls(), [OPENAI]);
    assert_eq!(auto(None, vec![status(404), found()]).urls(), [OPENAI, UNIFIED]);
}

#[test]
fn the_remembered_route_goes_first_and_once() {
    let run = auto(Some(Format::NewapiGenerations), vec![status(404), status(404), status(404)]);
    assert_eq!(run.urls(), [NEWAPI, OPENAI, UNIFIED]);
    assert_eq!(auto(Some(Format::UnifiedVideo), vec![found()]).urls(), [UNIFIED]);
}

#[test]
fn the_route_that_is_served_speaks_for_the_task() {
    // What a transient page on it hides is not told by a route that the key may not use.
    let glitch = auto(Some(Format::UnifiedVideo), vec![page(200), status(403), no_route()]);
    assert_eq!((glitch.failure().code, glitch.requests.len()), (Code::UnexpectedResponse, 3));
    let unknown = auto(None, vec![page(200), status(403), no_route()]);
    assert_eq!(unknown.failure().code, Code::Auth, "where no route is known to be served, the most telling failure is told");
}

#[test]
fn what_passes_is_not_looked_for_elsewhere() {
    let config = config();
    let machine = Query::new("t", None, None, 0).unwrap();
    let run = World::new(&config, &mut script(vec![status(425)])).query(machine);
    assert_eq!((run.urls(), run.failure().http_status), (vec![OPENAI], Some(425)));
}

#[test]
fn a_format_given_is_the_only_route() {
    let config = config();
    let machine = Query::new("t", Some(Format::UnifiedVideo), Some(Format::OpenaiVideos.into()), 0).unwrap();
    let run = World::new(&config, &mut script(vec![no_route()])).query(machine);
    assert_eq!((run.urls(), run.failure().code), (vec![UNIFIED], Code::NotFound));
}

#[test]
fn the_most_telling_failure_is_told() {
    let unknown_task = || said(400, json!({"code": "task_not_exist", "message": "task_not_exist", "data": null}));
    for answers in [
        vec![no_route(), unknown_task(), page(200)],
        vec![unknown_task(), no_route(), page(200)],
        vec![page(200), no_route(), unknown_task()],
    ] {
        let run = auto(None, answers);
        let failure = run.failure();
        assert_eq!(failure.code, Code::NotFound);
        assert_eq!(failure.server.as_ref().unwrap().code.as_deref(), Some("task_not_exist"));
    }
    let run = auto(None, vec![page(200), no_route(), page(200)]);
    assert_eq!(run.failure().code, Code::NotFound, "a route that says it is none tells more than a page");
    assert_eq!(auto(None, vec![page(200), page(200), page(200)]).failure().code, Code::UnexpectedResponse);
    let moderated = said(400, json!({"code": "imagine:content-moderated", "error": "m"}));
    assert_eq!(auto(None, vec![moderated, no_route(), no_route()]).failure().code, Code::Rejected);
}

#[test]
fn a_key_refused_on_one_route_may_serve_on_another() {
    let no_model =
        said(403, json!({"error": {"code": "", "message": "This token has no access to model ", "type": "new_api_error"}}));
    let run = auto(None, vec![no_model.clone(), no_route(), found()]);
    assert_eq!(run.result.as_ref().unwrap().task_ref.format, Format::NewapiGenerations);
    let run = auto(None, vec![no_model, no_route(), no_route()]);
    assert_eq!((run.failure().code, run.failure().http_status), (Code::Auth, Some(403)));
    assert_eq!(run.failure().task_ref.as_ref().unwrap().format, Format::OpenaiVideos);
}

#[test]
fn what_is_true_of_the_whole_relay_ends_the_search() {
    assert_eq!(auto(None, vec![status(401)]).failure().code, Code::Auth);
    assert_eq!(auto(None, vec![status(402)]).failure().code, Code::InsufficientFunds);
    let down: Vec<Exchange> = (0..5).map(|_| Exchange::Failed(Trouble::Network)).collect();
    let run = auto(None, down);
    assert_eq!((run.failure().code, run.requests.len()), (Code::Network, 5));
}

#[test]
fn a_later_routes_trouble_is_not_hidden_by_an_earlier_404() {
    let run = auto(None, vec![status(404), status(401)]);
    assert_eq!(run.failure().code, Code::Auth);
}

#[test]
fn each_route_has_its_own_attempts() {
    let run = auto(None, vec![status(500), status(500), no_route(), status(500), status(500), status(500), found()]);
    assert_eq!(run.urls(), [OPENAI, OPENAI, OPENAI, UNIFIED, UNIFIED, UNIFIED, UNIFIED]);
    assert_eq!(run.slept(), [375.0, 750.0, 375.0, 750.0, 1500.0]);
}

#[test]
fn a_route_that_leads_to_a_web_page_is_left() {
    let run = auto(None, vec![redirect(301, "https://www.relay.example/"), page(200), found()]);
    assert_eq!(run.urls(), [OPENAI, "https://www.relay.example/", UNIFIED]);
    assert_eq!(run.credentialed(), [true, false, true]);
}
