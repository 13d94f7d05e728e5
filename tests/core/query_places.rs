//! Where a vendor's format is asked: its prefixes and kinds, in turn, and what is remembered of them.

use reelay::flow::query::Query;
use reelay::flow::{Exchange, Method};
use reelay::format::{Format, Route};
use reelay::options::Config;
use reelay::task::Task;
use serde_json::json;

use crate::drive::{Run, World, script};
use crate::make::{config, ok, page, said, status};
use crate::wait::options;

fn ask(format: Format, remembered: Option<Route>, kind: Option<&str>, answers: Vec<Exchange>) -> Run<Task> {
    ask_of(&config(), "t", format, remembered, kind, answers)
}

fn ask_of(
    config: &Config,
    id: &str,
    format: Format,
    remembered: Option<Route>,
    kind: Option<&str>,
    answers: Vec<Exchange>,
) -> Run<Task> {
    let machine = Query::new(id, Some(format), remembered, 0).unwrap().of(kind);
    World::new(config, &mut script(answers)).query(machine)
}

fn found() -> Exchange {
    ok(json!({"id": "t", "status": "queued"}))
}

/// new-api's way to say that it has no such task.
fn no_task() -> Exchange {
    said(400, json!({"code": "task_not_exist", "message": "task_not_exist", "data": null}))
}

fn paths<T>(run: &Run<T>) -> Vec<&str> {
    run.requests.iter().map(|request| request.url.strip_prefix("https://relay.example").unwrap()).collect()
}

#[test]
fn prefixes_are_tried_until_one_is_served() {
    let run = ask(Format::Doubao, None, None, vec![status(404), page(200), found()]);
    let of = |prefix: &str| format!("{prefix}/contents/generations/tasks/t");
    assert_eq!(paths(&run), [of("/volc/v1"), of("/api/v3"), of("/volc/v3")]);
}

#[test]
fn the_prefix_that_was_served_is_the_only_one_asked() {
    let route = Route { format: Format::Doubao, prefix: 1 };
    let run = ask(Format::Doubao, Some(route), None, vec![status(404)]);
    assert_eq!(paths(&run), ["/api/v3/contents/generations/tasks/t"]);
    let other = ask(Format::Vidu, Some(route), None, vec![found()]);
    assert_eq!(paths(&other), ["/vidu/ent/v2/tasks/t/creations"], "it says nothing about another format");
}

#[test]
fn the_callers_prefix_takes_their_place() {
    let config = Config { prefix: Some("/apis".into()), format: Some(Format::Wan), ..config() };
    let run = ask_of(&config, "t", Format::Wan, None, None, vec![found()]);
    assert_eq!(paths(&run), ["/apis/api/v1/tasks/t"]);
    let unknown = ask_of(&config, "t", Format::Wan, None, None, vec![status(404)]);
    assert_eq!(paths(&unknown), ["/apis/api/v1/tasks/t"], "asked once, whatever prefixes the format has");
}

#[test]
fn kinds_are_tried_where_the_prefix_is_served() {
    let run = ask(Format::Kling, None, None, vec![status(404), no_task(), no_task(), found()]);
    assert_eq!(
        paths(&run),
        ["/kling/v1/videos/text2video/t", "/v1/videos/text2video/t", "/v1/videos/image2video/t", "/v1/videos/omni-video/t"]
    );
    assert_eq!(run.result.unwrap().task_ref.kind.as_deref(), Some("omni-video"), "the ref leads straight to it");
}

#[test]
fn the_usual_kind_need_not_be_named() {
    let run = ask(Format::Kling, None, None, vec![found()]);
    assert_eq!(run.result.unwrap().task_ref.kind, None);
}

#[test]
fn a_refs_kind_is_the_only_one_asked() {
    let run = ask(Format::Kling, None, Some("image2video"), vec![no_task(), found()]);
    assert_eq!(paths(&run), ["/kling/v1/videos/image2video/t"]);
    let image = ask(Format::Kling, None, Some("images/generations"), vec![found()]);
    assert_eq!(paths(&image), ["/kling/v1/images/generations/t"]);
    let task = image.result.unwrap();
    assert_eq!(task.task_ref.kind.as_deref(), Some("images/generations"), "a kind that no table has stays, too");
}

#[test]
fn a_wait_asks_where_it_found_the_task() {
    let config = config();
    let mut relay = script(vec![status(404), found(), found(), ok(json!({"id": "t", "status": "succeeded"}))]);
    let run = World::new(&config, &mut relay).wait(Some(Format::Doubao), options(json!({})));
    let of = |prefix: &str| format!("{prefix}/contents/generations/tasks/t");
    assert_eq!(paths(&run), [of("/volc/v1"), of("/api/v3"), of("/api/v3"), of("/api/v3")]);
}

#[test]
fn jimeng_and_vertex_are_asked_by_post() {
    let run =
        ask(Format::Jimeng, None, Some("jimeng_i2v_first_v30"), vec![ok(json!({"code": 10000, "data": {"status": "in_queue"}}))]);
    let request = &run.requests[0];
    assert_eq!((request.method, paths(&run)[0]), (Method::Post, "/jimeng/?Action=CVSync2AsyncGetResult&Version=2022-08-31"));
    assert_eq!(request.body.as_deref(), Some(r#"{"req_key":"jimeng_i2v_first_v30","task_id":"t"}"#));
    let name = "projects/p/locations/l/publishers/google/models/veo/operations/1";
    let run = ask_of(&config(), name, Format::VeoNative, None, None, vec![ok(json!({"name": name}))]);
    assert_eq!(paths(&run)[0], "/v1beta/projects/p/locations/l/publishers/google/models/veo:fetchPredictOperation");
    assert_eq!(run.requests[0].body.as_deref(), Some(format!(r#"{{"operationName":"{name}"}}"#).as_str()));
}

#[test]
fn an_operations_name_keeps_its_slashes_and_no_dots() {
    let asked = |id: &str| {
        let run = ask_of(&config(), id, Format::VeoNative, None, None, vec![ok(json!({"name": "models/m/operations/o"}))]);
        paths(&run)[0].to_owned()
    };
    assert_eq!(asked("models/veo-3.1/operations/o?a"), "/v1beta/models/veo-3.1/operations/o%3Fa");
    assert_eq!(asked("models/../../v1/files"), "/v1beta/models%2F..%2F..%2Fv1%2Ffiles");
    assert_eq!(asked("a//b"), "/v1beta/a%2F%2Fb");
}

#[test]
fn minimax_is_asked_again_for_the_address_of_its_file() {
    let finished = || ok(json!({"task_id": "t", "status": "Success", "file_id": "17", "base_resp": {"status_code": 0}}));
    let file = ok(json!({"file": {"download_url": "https://cdn.example/a.mp4"}, "base_resp": {"status_code": 0}}));
    let run = ask(Format::Minimax, None, None, vec![status(404), finished(), file]);
    let query = "/v1/query/video_generation?task_id=t";
    assert_eq!(
        paths(&run),
        [&format!("/minimax{query}"), query, "/v1/files/retrieve?file_id=17"],
        "at the prefix that is served"
    );
    assert_eq!(run.result.unwrap().video_url(), Some("https://cdn.example/a.mp4"));
}

#[test]
fn a_finished_task_is_finished_where_its_file_is_not_to_be_had() {
    let finished = || ok(json!({"task_id": "t", "status": "Success", "file_id": "17", "base_resp": {"status_code": 0}}));
    let run = ask(Format::Minimax, None, None, vec![finished(), status(404)]);
    assert_eq!(run.result.unwrap().outputs, []);
    let run = ask(Format::Minimax, None, None, vec![finished(), status(503)]);
    assert!(run.result.is_err(), "what may pass is a failed poll");
}

#[test]
fn what_a_conversation_named_is_asked_for_on_the_relays_routes() {
    let run = ask(Format::SoraChat, None, None, vec![status(404), found()]);
    assert_eq!(paths(&run), ["/v1/videos/t", "/v1/video/query?id=t"]);
    assert_eq!(run.result.unwrap().task_ref.format, Format::UnifiedVideo);
}
