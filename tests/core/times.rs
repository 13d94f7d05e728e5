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
fn a_time_without_a_zone_is_in_utc() {
    let at = |time: &str| task(json!({"output": {"task_id": "t", "task_status": "RUNNING", "submit_time": time}})).created_at;
    assert_eq!(at("2025-07-27 21:05:15.212"), Some(1_753_650_315_212.0));
    assert_eq!(at("2025-07-27T21:05:15"), Some(1_753_650_315_000.0));
    assert_eq!(at("2025-07-27T21:05:15.212+08:00"), Some(1_753_621_515_212.0));
    assert_eq!(at("2025-07-27T21:05:15Z"), Some(1_753_650_315_000.0));
    assert_eq!(at("0001-01-01T00:00:00Z"), None, "Go's zero date is unset");
}

#[test]
fn an_operation_keeps_its_times_in_its_metadata() {
    let task = task(json!({"name": "models/m/operations/o", "metadata": {"createTime": "2025-01-19T00:00:00Z"}}));
    assert_eq!(task.created_at, Some(1_737_244_800_000.0));
}

#[test]
fn a_signed_address_tells_when_it_runs_out() {
    let at = |query: &str| {
        let url = format!("https://cdn.example/a.mp4?{query}");
        task(json!({"id": "t", "status": "done", "video_url": url})).expires_at
    };
    assert_eq!(at("Expires=1755538199&OSSAccessKeyId=a&Signature=b"), Some(1_755_538_199_000.0));
    assert_eq!(at("a=1&x-expires=1755538199&sign=b"), Some(1_755_538_199_000.0));
    assert_eq!(at("st=a&se=2026-01-02T03%3A04%3A05Z&sig=c"), Some(1_767_323_045_000.0));
    assert_eq!(at("X-Tos-Date=20260102T030405Z&X-Tos-Expires=86400"), Some(1_767_409_445_000.0));
    assert_eq!(at("X-Amz-Expires=3600&X-Amz-Date=20260102T030405Z#f"), Some(1_767_326_645_000.0));
    assert_eq!(at("ex=682553f6&is=68240276&hm=07dd&"), Some(1_747_276_790_000.0));
    assert_eq!(at("cacheKey=a&ksTime=6a031ed2"), Some(1_778_589_394_000.0));
    for nothing in
        ["", "Expires=xxxxxx", "X-Tos-Expires=86400", "se=soon&sig=a", "se=2026-01-02T03:04:05Z", "ex=682553f6", "%", "&&=&"]
    {
        assert_eq!(at(nothing), None, "{nothing}");
    }
    let said = json!({"id": "t", "status": "done", "expires_at": 9, "video_url": "https://a.example/b?Expires=1755538199"});
    assert_eq!(task(said).expires_at, Some(9000.0), "what the relay says goes first");
}

#[test]
fn of_several_addresses_the_first_to_run_out_counts() {
    let clips =
        json!([{"url": "https://a.example/1.mp4?Expires=1755538199"}, {"url": "https://a.example/2.mp4?Expires=1755538100"}]);
    assert_eq!(task(json!({"id": "t", "state": "success", "creations": clips})).expires_at, Some(1_755_538_100_000.0));
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
