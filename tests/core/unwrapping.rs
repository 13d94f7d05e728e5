//! Rule "Unwrapping", and the ids found on the way.

use reelay::reading::Reading;
use reelay::task::Status;
use serde_json::json;

use crate::make::{error, read, read_at, reason, task};

#[test]
fn data_beside_a_code_holds_the_task() {
    let task = task(json!({"code": 200, "msg": "ok", "data": {"id": "t1", "status": "processing", "progress": 12}}));
    assert_eq!((task.id.as_deref(), task.status, task.progress), (Some("t1"), Status::Running, Some(0.12)));
}

#[test]
fn data_beside_a_type_holds_the_task_of_a_webhook() {
    let body = json!({"id": "evt_1", "type": "video.completed", "created_at": 1_790_000_000,
        "data": {"id": "video_1", "object": "video", "status": "completed", "output": {"url": "https://cdn.example/a.mp4"}}});
    let task = task(body);
    assert_eq!((task.id.as_deref(), task.status), (Some("video_1"), Status::Succeeded));
    assert_eq!(task.outputs[0].url, "https://cdn.example/a.mp4");
}

#[test]
fn a_webhook_whose_task_names_no_state_is_read_by_its_type() {
    let completed =
        task(json!({"type": "video.completed", "data": {"id": "video_1", "output": {"url": "https://cdn.example/a.mp4"}}}));
    assert_eq!((completed.status, completed.outputs.len()), (Status::Succeeded, 1));
    assert_eq!(task(json!({"type": "video.cancelled", "data": {"id": "video_1"}})).status, Status::Failed);
    assert_eq!(task(json!({"type": "video.created", "data": {"id": "video_1"}})).status, Status::Queued);
    // A type that ends in no word we know says nothing of the state.
    let odd = task(json!({"type": "task.report", "data": {"id": "video_1"}}));
    assert_eq!((odd.status, odd.raw_status), (Status::Queued, None));
    // Its own word stands before the envelope's.
    assert_eq!(task(json!({"type": "video.completed", "data": {"id": "v", "status": "failed"}})).status, Status::Failed);
}

#[test]
fn envelopes_in_envelopes_are_opened() {
    let body = json!({"code": "success", "data": {"code": 0, "message": "", "data": {"task_id": "t2", "status": "QUEUED"}}});
    assert_eq!((task(body.clone()).id.as_deref(), task(body).status), (Some("t2"), Status::Queued));
}

#[test]
fn a_status_of_the_call_is_not_the_tasks() {
    let running = task(json!({"code": 200, "status": "success", "data": {"task_id": "t", "status": "IN_PROGRESS"}}));
    assert_eq!(running.status, Status::Running);
    assert_eq!(task(json!({"code": 200, "status": "ok", "data": {"task_id": "t"}})).status, Status::Queued);
}

#[test]
fn a_task_keeps_its_vendors_data_to_itself() {
    let body = json!({"code": "success", "data": {"task_id": "t", "status": "IN_PROGRESS", "type": "video",
        "data": {"id": "vendor", "status": "succeeded", "url": "https://cdn.example/early.mp4"}}});
    let task = task(body);
    assert_eq!((task.id.as_deref(), task.status, task.outputs.len()), (Some("t"), Status::Running, 0));
}

#[test]
fn data_without_a_code_is_opened_where_the_outside_says_nothing() {
    let wrapped = task(json!({"success": true, "message": "", "data": {"id": "t", "status": "processing"}}));
    assert_eq!((wrapped.id.as_deref(), wrapped.status), (Some("t"), Status::Running));
    let flat = task(json!({"task_id": "t", "status": "SUCCESS", "data": {"output": "https://cdn.example/a.mp4"}}));
    assert_eq!((flat.id.as_deref(), flat.outputs.len()), (Some("t"), 1));
}

#[test]
fn text_under_data_is_the_id() {
    for body in
        [json!({"code": "success", "message": "", "data": "abc"}), json!({"code": 0, "data": "abc"}), json!({"data": "abc"})]
    {
        let task = task(body);
        assert_eq!((task.id.as_deref(), task.status), (Some("abc"), Status::Queued));
    }
    // But not where it is empty, an address, or beside a task's own words.
    assert_eq!(read(json!({"code": "success", "data": " "})), Reading::Nothing);
    let finished = task(json!({"code": "success", "data": "https://cdn.example/a.mp4"}));
    assert_eq!((finished.status, finished.id), (Status::Succeeded, None));
    let own = task(json!({"id": "t", "status": "completed", "data": "https://cdn.example/a.mp4"}));
    assert_eq!((own.id.as_deref(), own.status, own.outputs.len()), (Some("t"), Status::Succeeded, 1));
}

#[test]
fn null_under_data_says_nothing() {
    for body in [
        json!({"code": "success", "data": null}),
        json!({"code": 0, "message": "", "data": null}),
        json!({"code": null, "data": null}),
    ] {
        assert_eq!(read(body.clone()), Reading::Nothing, "{body}");
    }
}

#[test]
fn what_is_no_object_says_nothing() {
    for body in [json!(null), json!(true), json!(12), json!("queued"), json!([]), json!({}), json!([[]]), json!([null])] {
        assert_eq!(read(body.clone()), Reading::Nothing, "{body}");
        assert_eq!(read_at(500, body.clone()), Reading::Nothing, "{body}");
    }
}

#[test]
fn a_list_of_one_is_that_one() {
    let task = task(json!([{"id": "t", "status": "running"}]));
    assert_eq!((task.id.as_deref(), task.status), (Some("t"), Status::Running));
}

#[test]
fn an_id_is_text_and_a_number_is_a_row_of_a_database() {
    assert_eq!(task(json!({"id": "a", "task_id": "b", "status": "queued"})).id.as_deref(), Some("a"));
    assert_eq!(task(json!({"id": 48213, "task_id": "b", "status": "queued"})).id.as_deref(), Some("b"));
    assert_eq!(task(json!({"id": null, "task_id": "b", "status": "queued"})).id.as_deref(), Some("b"));
    assert_eq!(task(json!({"id": "", "task_id": "b", "status": "queued"})).id.as_deref(), Some("b"));
    assert_eq!(task(json!({"id": 48213, "status": "queued"})).id, None);
    assert_eq!(task(json!({"task_id": 4_326_796, "status": "queued"})).id.as_deref(), Some("4326796"));
    // Digits that a parser cannot keep are no id.
    assert_eq!(task(json!({"task_id": 4_326_796_003_218_200_779_u64, "status": "queued"})).id, None);
}

#[test]
fn ids_of_every_form_are_untouched() {
    for id in ["video_abc", "sora-2:task_01k9", "grok:2f-4", "872284262215585819", "dmlkZW9fMQ==", "a/b+c=", "cgt-2026-x"] {
        assert_eq!(task(json!({"id": id, "status": "queued"})).id.as_deref(), Some(id));
    }
}

#[test]
fn an_envelope_that_refuses_is_an_error_whatever_it_wraps() {
    let refused = error(read(json!({"code": 500, "message": "boom", "data": {"task_id": "t"}})));
    assert_eq!(refused, reason(Some("500"), Some("boom")));
    assert_eq!(error(read(json!({"code": 500, "message": "boom", "data": "trace-1"}))), refused);
    assert_eq!(error(read_at(500, json!({"code": "x", "message": "boom", "data": "trace"}))), reason(Some("x"), Some("boom")));
    // Some relays number their successes 1.
    assert_eq!(task(json!({"code": 1, "message": "submitted", "data": {"task_id": "t"}})).status, Status::Queued);
}

#[test]
fn unwrapping_ends() {
    let mut body = json!({"id": "t", "status": "queued"});
    for _ in 0..100 {
        body = json!({"code": "success", "data": body});
    }
    // So deep is no relay's body: nothing is read, and nothing overflows.
    assert_eq!(read(body), Reading::Nothing);
}
