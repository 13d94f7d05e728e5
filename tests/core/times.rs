//! Times, model and format of a snapshot.

use reelay::format::Format;
use serde_json::json;

use crate::make::task;

#[test]
fn seconds_milliseconds_and_iso_text_are_milliseconds() {
    let at = |time: serde_json::Value| task(json!({"id": "t", "status": "queued", "created_at": time})).created_at;
    assert_eq!(at(json!(1_770_000_000)), Some(1_770_000_000_000.0));
    assert_eq!(at(json!(1_770_000_000_123_i64)), Some(1_770_000_000_123.0));
    assert_eq!(at(json!(1_759_763_631.222_531)), Some(1_759_763_631_223.0));
    assert_eq!(at(json!("1770000000")), Some(1_770_000_000_000.0));
    assert_eq!(at(json!("2025-10-20T06:57:18.154Z")), Some(1_760_943_438_154.0));
    for unset in [json!(0), json!(null), json!(""), json!("soon"), json!(-1), json!([])] {
        assert_eq!(at(unset.clone()), None, "{unset}");
    }
}

#[test]
fn a_time_is_found_under_each_of_its_names() {
    assert_eq!(task(json!({"id": "t", "status": "queued", "created": 5})).created_at, Some(5000.0));
    assert_eq!(task(json!({"id": "t", "status": "queued", "submit_time": 5})).created_at, Some(5000.0));
    for name in ["completed_at", "finished_at", "finish_time"] {
        assert_eq!(task(json!({"id": "t", "status": "done", name: 9})).completed_at, Some(9000.0), "{name}");
    }
    assert_eq!(task(json!({"id": "t", "status": "failed", "failed_at": 9})).completed_at, Some(9000.0));
    assert_eq!(task(json!({"id": "t", "status": "done", "expires_at": 9})).expires_at, Some(9000.0));
}

#[test]
fn a_task_that_is_not_final_was_not_completed() {
    for status in ["queued", "in_progress", "unknown"] {
        assert_eq!(task(json!({"id": "t", "status": status, "completed_at": 1_770_000_000})).completed_at, None);
    }
}

#[test]
fn the_model_is_named_or_not() {
    assert_eq!(task(json!({"id": "t", "status": "queued", "model": "sora-2"})).model.as_deref(), Some("sora-2"));
    let newapi = json!({"id": "t", "status": "queued", "properties": {"origin_model_name": "veo"}});
    assert_eq!(task(newapi).model.as_deref(), Some("veo"));
    assert_eq!(task(json!({"id": "t", "status": "queued", "model": ""})).model, None);
}

#[test]
fn a_shape_is_known_by_its_marks() {
    let format = |body| task(body).format;
    assert_eq!(format(json!({"id": "t", "status": "queued"})), Format::OpenaiVideos);
    assert_eq!(format(json!({"id": "t", "status": "queued", "status_update_time": 1})), Format::UnifiedVideo);
    assert_eq!(format(json!({"id": "t", "status": "queued", "detail": {}})), Format::UnifiedVideo);
    assert_eq!(format(json!({"code": "success", "data": {"id": "t"}})), Format::NewapiGenerations);
    assert_eq!(format(json!({"task_id": "t", "status": "FAILURE", "fail_reason": ""})), Format::NewapiGenerations);
}
