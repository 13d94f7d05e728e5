//! Batches as each format has them on the wire.

use reelay::failure::Code;
use reelay::flow::{Method, Request};
use reelay::format::{Format, Route};
use serde_json::{Value as Json, json};

use crate::batch::all;
use crate::batch_drive::World;
use crate::make::{START, config, ok, status};
use crate::wait::options;

#[test]
fn ids_are_quoted_and_long_ones_go_alone() {
    let ids = vec!["a\"b\\c".to_owned(), "ü,d".to_owned(), "x".repeat(500)];
    let mut relay = |_: &Request, _: f64| status(404);
    let run = all(Format::Suno, &ids, json!({}), &mut relay);
    assert_eq!(run.batches()[0].body.as_deref(), Some(r#"{"ids":["a\"b\\c","ü,d"]}"#));
    assert!(run.singles().iter().any(|url| url.contains("xxx")));
}

#[test]
fn each_format_has_its_own_way_to_ask() {
    let base = "https://relay.example";
    let cases = [
        (Format::Suno, None, Method::Post, "/suno/fetch", Some(r#"{"ids":["a b","c"]}"#)),
        (Format::Midjourney, None, Method::Post, "/mj/task/list-by-condition", Some(r#"{"ids":["a b","c"]}"#)),
        (Format::Luma, None, Method::Post, "/luma/tasks", Some(r#"{"ids":["a b","c"]}"#)),
        (Format::Kling, Some("tasks"), Method::Get, "/kling/tasks?task_ids=a%20b,c", None),
        (
            Format::Doubao,
            None,
            Method::Get,
            "/volc/v1/contents/generations/tasks?page_size=50&filter.task_ids=a%20b&filter.task_ids=c",
            None,
        ),
    ];
    for (format, kind, method, path, body) in cases {
        let mut relay = |_: &Request, _: f64| status(401);
        let run = World::new(&config(), &mut relay).all(&[("a b", format, kind), ("c", format, kind)], options(json!({})));
        let first = &run.requests[0].1;
        assert_eq!((first.method, &*first.url, first.body.as_deref()), (method, &*[base, path].concat(), body));
        assert!(run.results.iter().all(|result| result.as_ref().unwrap_err().code == Code::Auth), "{format:?}");
    }
}

#[test]
fn other_kinds_and_formats_are_asked_singly_beside() {
    let mut relay = |request: &Request, _: f64| match &request.body {
        Some(_) => ok(
            json!([{"task_id": "s1", "status": "SUCCESS", "data": [{"audio_url": "https://cdn.example/1"}]}, {"task_id": "s2", "status": "SUCCESS", "data": [{"audio_url": "https://cdn.example/2"}]}]),
        ),
        None if request.url.contains("/tasks?") => ok(json!({"code": 0, "data": [
            {"id": "k1", "status": "succeeded", "outputs": [{"type": "video", "url": "https://cdn.example/k1"}]},
            {"id": "k2", "status": "failed", "message": "blocked"}]})),
        None if request.url.contains("text2video") => ok(
            json!({"code": 0, "data": {"task_id": "k3", "task_status": "succeed", "task_result": {"videos": [{"url": "https://cdn.example/k3"}]}}}),
        ),
        None => ok(json!({"id": "v", "status": "completed", "video_url": "https://cdn.example/v"})),
    };
    let tasks = [
        ("s1", Format::Suno, None),
        ("k1", Format::Kling, Some("tasks")),
        ("k3", Format::Kling, Some("text2video")),
        ("v", Format::OpenaiVideos, None),
        ("k2", Format::Kling, Some("tasks")),
        ("s2", Format::Suno, None),
    ];
    let run = World::new(&config(), &mut relay).all(&tasks, options(json!({})));
    assert_eq!((run.requests.len(), run.batches().len()), (4, 2));
    let failure = run.results[4].as_ref().unwrap_err();
    assert_eq!((failure.code, failure.server.as_ref().unwrap().message.as_deref()), (Code::TaskFailed, Some("blocked")));
    assert_eq!(failure.task_ref.as_ref().unwrap().kind.as_deref(), Some("tasks"));
    let urls: Vec<_> = [0, 1, 2, 5].map(|at| run.results[at].as_ref().unwrap().outputs[0].url.clone()).into();
    assert_eq!(urls, ["https://cdn.example/1", "https://cdn.example/k1", "https://cdn.example/k3", "https://cdn.example/2"]);
}

#[test]
fn the_prefix_is_found_by_the_batch_and_remembered_by_the_waits() {
    let served = "/ark/api/v3/contents/generations/tasks?";
    let mut relay = |request: &Request, now: f64| {
        if !request.url.contains(served) {
            return status(404);
        }
        let word = if now > 10_000.0 { "succeeded" } else { "running" };
        ok(
            json!({"total": 2, "items": (["a", "b"].map(|id| json!({"id": id, "status": word, "content": {"video_url": "https://cdn.example/v"}})))}),
        )
    };
    let run = all(Format::Doubao, &["a".to_owned(), "b".to_owned()], json!({}), &mut relay);
    assert!(run.results.iter().all(Result::is_ok));
    assert_eq!(run.singles(), [""; 0]);
    let misses = run.requests.iter().filter(|(_, request, _)| !request.url.contains(served)).count();
    assert_eq!(misses, 5, "each prefix before it once");
}

#[test]
fn a_finished_row_without_its_result_is_followed_by_a_query() {
    let mut relay = |request: &Request, now: f64| {
        let word = |at: f64| if now > at { "SUCCEEDED" } else { "RUNNING" };
        if request.url.contains("page_no") {
            return ok(
                json!({"total": 2, "data": [{"task_id": "b", "status": word(5_000.0), "gmt_create": START}, {"task_id": "a", "status": word(20_000.0), "gmt_create": START}]}),
            );
        }
        assert!(now > 5_000.0, "no query before: {}", request.url);
        ok(
            json!({"request_id": "r", "output": {"task_id": "a", "task_status": "SUCCEEDED", "video_url": "https://cdn.example/v"}}),
        )
    };
    let config = config();
    let mut world = World::new(&config, &mut relay);
    world.remembered = Some(Route { format: Format::Wan, prefix: 1 });
    let run = world.all(&[("a", Format::Wan, None), ("b", Format::Wan, None)], options(json!({})));
    assert!(run.results.iter().all(|result| result.as_ref().unwrap().video_url().is_some()));
    let list = "https://relay.example/api/v1/tasks/?page_no=1&page_size=100";
    assert_eq!(run.requests[0].1.url, list);
    assert_eq!(run.ended, [1, 0]);
}

#[test]
fn a_list_that_few_relays_have_is_asked_for_once_and_only_where_the_prefix_is_known() {
    let mut relay = |request: &Request, now: f64| match request.url.contains("page_no") {
        true => status(404),
        false if !request.url.contains("/wan/api") => status(404),
        false => ok(
            json!({"output": {"task_id": "a", "task_status": if now > 20_000.0 { "FAILED" } else { "RUNNING" }, "message": "m"}}),
        ),
    };
    let run = all(Format::Wan, &["a".to_owned(), "b".to_owned()], json!({}), &mut relay);
    assert_eq!(run.batches().len(), 1);
    assert!(run.batches()[0].url.contains("/wan/api/v1/tasks/?"));
    assert!(run.results.iter().all(|result| result.as_ref().unwrap_err().code == Code::TaskFailed));
}

#[test]
fn pages_are_turned_until_all_are_found() {
    let row = |id: String| json!({"task_id": id, "status": "RUNNING", "gmt_create": START});
    let mut relay = |request: &Request, now: f64| {
        if now > 1_000.0 || !request.url.contains("page_no") {
            return ok(json!({"output": {"task_status": "SUCCEEDED", "video_url": "https://cdn.example/v"}}));
        }
        let page = request.url.split("page_no=").nth(1).unwrap().split('&').next().unwrap().parse::<usize>().unwrap();
        let rows: Vec<Json> = (0..100).map(|at| row(format!("t{}", page * 100 + at))).collect();
        ok(json!({"total": 900, "data": rows, "page_no": page}))
    };
    let config = config();
    let mut world = World::new(&config, &mut relay);
    world.remembered = Some(Route { format: Format::Wan, prefix: 0 });
    let run = world.all(&[("t150", Format::Wan, None), ("t333", Format::Wan, None)], options(json!({})));
    let first: Vec<_> = run.requests.iter().filter(|(at, ..)| *at < 1_000.0).map(|(_, request, _)| request.url.clone()).collect();
    assert_eq!(first.len(), 3);
    assert!(first[2].contains("page_no=3") && run.results.iter().all(Result::is_ok));
}
