//! Rule "Status": the words, bodies without one, and HTTP error bodies that are tasks.

use reelay::format::words::{self, WORDS};
use reelay::reading::Reading;
use reelay::task::Status;
use serde_json::json;

use crate::make::{error, read, read_at, reason, snapshot, task};

const QUEUED: &[&str] = &[
    "throttled",
    "starting",
    "queued",
    "queueing",
    "pending",
    "submitted",
    "not_start",
    "created",
    "initializing",
    "preparing",
    "waiting",
    "in_queue",
    "",
];
const RUNNING: &[&str] = &[
    "in_progress",
    "processing",
    "running",
    "modal",
    "generating",
    "uploading",
    "image_downloading",
    "video_generating",
    "video_generation_completed",
    "video_upsampling",
    "video_upsampling_completed",
];
const SUCCEEDED: &[&str] = &["completed", "complete", "succeeded", "succeed", "success", "done", "finished"];
const FAILED: &[&str] = &[
    "failed",
    "fail",
    "failure",
    "error",
    "cancelled",
    "canceled",
    "cancel",
    "aborted",
    "rejected",
    "blocked",
    "video_generation_failed",
    "video_upsampling_failed",
];
const EXPIRED: &[&str] = &["expired"];

#[test]
fn every_word_of_the_sheet_is_read_as_the_sheet_says() {
    let groups = [
        (Status::Queued, QUEUED),
        (Status::Running, RUNNING),
        (Status::Succeeded, SUCCEEDED),
        (Status::Failed, FAILED),
        (Status::Expired, EXPIRED),
    ];
    for (status, group) in groups {
        for word in group {
            assert_eq!(task(json!({"id": "t", "status": word})).status, status, "{word:?}");
            assert_eq!(task(json!({"id": "t", "status": word.to_uppercase()})).status, status, "{word:?} in upper case");
            assert_eq!(task(json!({"id": "t", "status": format!(" {word}\n")})).status, status, "{word:?} with space");
        }
    }
    assert_eq!(WORDS.len(), groups.iter().map(|(_, group)| group.len()).sum::<usize>(), "a word the sheet does not have");
}

#[test]
fn a_new_word_is_unknown_and_never_final() {
    for word in ["UNKNOWN", "paused", "in progress", "complete!", "成功", "null"] {
        let task = task(json!({"id": "t", "status": word, "progress": 100, "video_url": "https://cdn.example/a.mp4"}));
        assert_eq!((task.status, task.progress, task.outputs.len()), (Status::Unknown, None, 0), "{word}");
        assert!(!task.status.is_final());
        assert_eq!(task.raw_status.as_deref(), Some(word));
    }
    assert!(words::is_new("paused") && !words::is_new("Unknown") && !words::is_new(" QUEUED "));
}

#[test]
fn a_create_answer_without_a_status_is_queued() {
    for body in [
        json!({"id": "t"}),
        json!({"task_id": "t"}),
        json!({"task_id": "t", "message": "accepted"}),
        json!({"id": "t", "object": "video", "model": "sora-2"}),
        json!({"id": "t", "object": "video.generation", "status": null}),
        json!({"id": "t", "polling_url": "/api/v1/videos/t"}),
        json!({"id": "t", "status_update_time": 1_790_000_000, "enhanced_prompt": ""}),
        json!({"code": "success", "data": {"id": "t"}}),
        json!({"code": 0, "data": {"id": "t", "created": 1_790_000_000}}),
    ] {
        let task = task(body.clone());
        assert_eq!((task.status, task.id.as_deref(), task.raw_status), (Status::Queued, Some("t"), None), "{body}");
    }
}

#[test]
fn an_object_that_is_not_a_tasks_is_unknown() {
    for body in [
        json!({"id": "char_1", "name": "Ann", "created_at": 1_790_000_000}),
        json!({"id": "video_1", "object": "video.deleted", "deleted": true}),
        json!({"id": "video_1", "object": "video", "deleted": true}),
        json!({"id": "sora-2", "object": "model", "model": "sora-2"}),
        json!({"id": "t", "object": "video", "status": 3}),
    ] {
        assert_eq!(task(body.clone()).status, Status::Unknown, "{body}");
    }
}

#[test]
fn pending_outside_and_running_inside_is_running() {
    let inside = |outer: &str, inner: &str| {
        task(json!({"id": "t", "status": outer, "detail": {"pending_info": {"status": inner}}})).status
    };
    assert_eq!(inside("pending", "processing"), Status::Running);
    assert_eq!(inside("PENDING", "Running"), Status::Running);
    assert_eq!(inside("pending", "queued"), Status::Queued);
    assert_eq!(inside("pending", "completed"), Status::Queued);
    assert_eq!(inside("completed", "processing"), Status::Succeeded);
    assert_eq!(inside("failed", "processing"), Status::Failed);
    let flat = task(json!({"id": "t", "status": "pending", "pending_info": {"status": "processing", "progress_pct": 0.5}}));
    assert_eq!((flat.status, flat.progress), (Status::Running, Some(0.5)));
}

#[test]
fn a_synchronous_answer_has_succeeded() {
    for body in [
        json!({"url": "https://cdn.example/a.mp4"}),
        json!({"created": 1, "data": [{"url": "https://cdn.example/a.mp4"}]}),
        json!({"video": {"url": "https://cdn.example/a.mp4"}}),
        json!({"success": true, "message": "ok", "error": "", "data": [{"url": "https://cdn.example/a.mp4"}]}),
        json!({"code": "success", "data": {"url": "https://cdn.example/a.mp4"}}),
    ] {
        let task = task(body.clone());
        assert_eq!((task.status, task.progress, task.outputs.len()), (Status::Succeeded, Some(1.0), 1), "{body}");
    }
}

#[test]
fn a_download_answer_with_a_data_url_has_succeeded() {
    let task = task(json!({"task_id": "t", "data_url": "data:video/mp4;base64,AAAA"}));
    assert_eq!((task.status, task.outputs[0].url.as_str()), (Status::Succeeded, "data:video/mp4;base64,AAAA"));
}

#[test]
fn an_error_with_an_address_is_no_synchronous_answer() {
    let refused = error(read(json!({"code": 403, "message": "see the manual", "url": "https://docs.example/errors"})));
    assert_eq!(refused, reason(Some("403"), Some("see the manual")));
    let refused = error(read(json!({"success": false, "message": "no", "url": "https://docs.example/errors"})));
    assert_eq!(refused.message.as_deref(), Some("no"));
}

#[test]
fn an_http_error_body_that_is_a_task_is_that_task() {
    let body = json!({"id": "t", "status": "failed", "error": {"code": 422, "message": "bad frame count"}});
    for status in [400, 404, 422, 500, 503] {
        let task = snapshot(read_at(status, body.clone()));
        assert_eq!((task.status, task.error), (Status::Failed, Some(reason(Some("422"), Some("bad frame count")))));
    }
    let running = read_at(503, json!({"code": "x", "data": {"task_id": "t", "status": "IN_PROGRESS"}}));
    assert_eq!(snapshot(running).status, Status::Running);
}

#[test]
fn an_http_error_body_that_is_no_task_is_an_error() {
    // No id; no word; a new word; an empty one.
    assert_eq!(error(read_at(400, json!({"status": "failed", "message": "no"}))).message.as_deref(), Some("no"));
    assert_eq!(error(read_at(400, json!({"id": "req_1", "message": "no"}))).message.as_deref(), Some("no"));
    assert_eq!(error(read_at(400, json!({"id": "t", "status": "odd", "message": "no"}))).message.as_deref(), Some("no"));
    assert_eq!(error(read_at(400, json!({"id": "t", "status": "", "message": "no"}))).message.as_deref(), Some("no"));
    assert_eq!(read_at(400, json!({"url": "https://cdn.example/a.mp4"})), Reading::Nothing);
    assert_eq!(read_at(404, json!({"id": "t", "status": "unknown"})), Reading::Nothing);
}

#[test]
fn an_unknown_word_in_an_error_envelope_is_an_error() {
    let refused = read(json!({"status": "unauthorized", "error": {"message": "no key", "code": "no_key"}}));
    assert_eq!(error(refused), reason(Some("no_key"), Some("no key")));
    // With an id it is a task, and without an error it may be one: the wait goes on.
    assert_eq!(task(json!({"status": "warming_up"})).status, Status::Unknown);
    let odd = task(json!({"id": "t", "status": "odd", "error": {"message": "slow", "code": "slow"}}));
    assert_eq!((odd.status, odd.error), (Status::Unknown, None));
}
