//! Bodies that hold several tasks.

use reelay::format;
use reelay::host::PLATFORM;
use reelay::reading::Reading;
use reelay::task::Status;
use serde_json::{Value as Json, json};

use crate::make::{read, task, value};

fn all(body: Json) -> Option<Vec<Reading>> {
    format::read_all(&value(body), &PLATFORM)
}

fn states(body: Json) -> Vec<Option<Status>> {
    let state = |reading: &Reading| match reading {
        Reading::Task(task) => Some(task.status),
        _ => None,
    };
    all(body).unwrap().iter().map(state).collect()
}

const TWO: &str = r#"[{"id": "a", "status": "queued"}, {"id": "b", "status": "FAILURE", "fail_reason": "m"}]"#;

fn two() -> Json {
    serde_json::from_str(TWO).unwrap()
}

#[test]
fn tasks_are_found_under_every_usual_key() {
    for body in [
        two(),
        json!({"object": "list", "data": two(), "has_more": false}),
        json!({"items": two()}),
        json!({"tasks": two()}),
        json!({"videos": two()}),
        json!({"code": "success", "data": {"items": two(), "total": 2}}),
        json!({"code": "success", "data": two()}),
        json!({"status": "success", "data": two()}),
    ] {
        assert_eq!(states(body.clone()), [Some(Status::Queued), Some(Status::Failed)], "{body}");
    }
}

#[test]
fn the_way_to_the_tasks_is_told() {
    let body = value(json!({"code": "success", "data": {"items": two()}}));
    let (items, path) = format::items(&body).unwrap();
    assert_eq!((items.len(), path), (2, vec!["data", "items"]));
}

#[test]
fn an_empty_list_holds_no_task() {
    assert_eq!(all(json!([])), Some(Vec::new()));
    assert_eq!(all(json!({"object": "list", "data": []})), Some(Vec::new()));
}

#[test]
fn one_element_that_is_no_task_spoils_no_other() {
    let states = states(json!([{"id": "a", "status": "done"}, null, {"error": {"message": "m"}}, 5]));
    assert_eq!(states, [Some(Status::Succeeded), None, None, None]);
}

#[test]
fn a_task_with_a_list_of_its_own_is_no_list() {
    for body in [
        json!({"id": "t", "status": "completed", "videos": [{"url": "https://cdn.example/a.mp4"}]}),
        json!({"status": "succeeded", "data": [{"url": "https://cdn.example/a.mp4"}]}),
        json!({"code": "success", "data": {"task_id": "t", "status": "SUCCESS", "data": {"videos": []}}}),
        json!({"code": "success", "data": "t"}),
        json!({"error": {"message": "m"}}),
        json!("text"),
    ] {
        assert_eq!(all(body.clone()), None, "{body}");
    }
}

#[test]
fn a_list_is_not_read_as_one_task() {
    assert_eq!(read(two()), Reading::Nothing);
    assert_eq!(
        read(json!({"object": "list", "data": [{"id": "a", "status": "done", "url": "https://cdn.example/a.mp4"}]})),
        Reading::Nothing
    );
    // Elements on their way must not look like one finished video, whatever previews they show.
    let previews = json!({"data": [{"id": "a", "status": "processing", "url": "https://cdn.example/preview.mp4"}]});
    assert_eq!(read(previews), Reading::Nothing);
    let finished = json!({"data": [{"id": "a", "status": "done", "url": "https://x.example/a"}, {"id": "b", "status": "done", "url": "https://x.example/b"}]});
    assert_eq!(read(finished), Reading::Nothing);
    assert_eq!(task(json!({"data": [{"status": "done", "url": "https://x.example/a"}]})).status, Status::Succeeded);
}
