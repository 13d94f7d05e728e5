//! Rule "Errors": code and message, out of every envelope.

use reelay::format;
use reelay::host::PLATFORM;
use reelay::reading::Reading;
use reelay::task::Reason;
use serde_json::{Value as Json, json};

use crate::make::{error, read, read_at, reason, task};

fn refused(body: Json) -> Reason {
    error(read_at(400, body))
}

/// The error of a failed task with these fields.
fn failed(mut fields: Json) -> Reason {
    fields["id"] = json!("t");
    fields["status"] = json!("failed");
    task(fields).error.unwrap()
}

#[test]
fn envelopes_are_read() {
    for (body, code, message) in [
        (json!({"error": {"message": "m", "type": "t", "param": null, "code": "c"}}), Some("c"), Some("m")),
        (json!({"error": {"message": "m", "type": "new_api_error", "code": ""}}), None, Some("m")),
        (json!({"error": {"message": "m", "code": null}}), None, Some("m")),
        (json!({"error": {"message": "m", "code": 429}}), Some("429"), Some("m")),
        (json!({"error": {"message": "m", "code": -1}}), Some("-1"), Some("m")),
        (json!({"error": {"message": "m", "code": 1e300}}), None, Some("m")),
        (json!({"code": "c", "error": "m"}), Some("c"), Some("m")),
        (json!({"code": "c", "message": "m", "data": null}), Some("c"), Some("m")),
        (json!({"code": 402, "msg": "m", "data": null}), Some("402"), Some("m")),
        (json!({"detail": "m"}), None, Some("m")),
        (json!({"detail": [{"loc": ["a"], "msg": "m", "type": "x"}, {"msg": "n"}]}), None, Some("m")),
        (json!({"detail": ["m"]}), None, Some("m")),
        (json!({"detail": {"code": "c", "message": "m"}}), Some("c"), Some("m")),
        (json!({"success": false, "message": "m"}), None, Some("m")),
        (json!({"success": false, "error": {"code": "c", "message": "m"}, "status": 403}), Some("c"), Some("m")),
        (json!({"error": "m"}), None, Some("m")),
        (json!({"error": {"code": "c"}}), Some("c"), None),
        (json!({"error": {"code": "c", "message": ""}, "message": "m"}), Some("c"), Some("m")),
        (json!({"error": {"error": {"code": "c", "message": "m"}}}), Some("c"), Some("m")),
        (json!({"error": {"code": "c", "error": {"message": "m"}}}), Some("c"), Some("m")),
    ] {
        assert_eq!(refused(body.clone()), reason(code, message), "{body}");
    }
}

#[test]
fn a_type_is_never_a_code() {
    assert_eq!(refused(json!({"error": {"message": "m", "type": "invalid_request_error"}})).code, None);
    assert_eq!(refused(json!({"type": "error", "message": "m"})).code, None);
}

#[test]
fn the_inner_code_goes_before_the_outer() {
    assert_eq!(refused(json!({"code": "outer", "error": {"code": "inner", "message": "m"}})).code.as_deref(), Some("inner"));
    assert_eq!(refused(json!({"code": "outer", "error": {"code": "", "message": "m"}})).code.as_deref(), Some("outer"));
}

#[test]
fn what_is_inside_an_envelope_completes_it() {
    let body = json!({"code": "quota_not_enough", "message": "outer", "data": {"detail": "inner"}});
    assert_eq!(refused(body), reason(Some("quota_not_enough"), Some("inner")));
}

#[test]
fn messages_are_found_in_the_sheets_order() {
    let all = json!({"error": {"message": "1"}, "detail": "2", "message": "3", "msg": "4"});
    for (gone, left) in
        [(&[][..], "1"), (&["error"][..], "2"), (&["error", "detail"][..], "3"), (&["error", "detail", "message"][..], "4")]
    {
        let mut body = all.clone();
        for key in gone {
            body.as_object_mut().unwrap().remove(*key);
        }
        assert_eq!(refused(body).message.as_deref(), Some(left));
    }
}

#[test]
fn null_and_empty_everywhere_is_no_error() {
    let body = json!({"error": {"message": "", "code": ""}, "detail": null, "message": null, "msg": "", "code": null});
    assert_eq!(read_at(400, body.clone()), Reading::Nothing);
    assert_eq!(read(body), Reading::Nothing);
    assert_eq!(read(json!({"error": false, "message": "ok", "data": null})), Reading::Nothing);
    assert_eq!(read(json!({"message": "hello"})), Reading::Nothing, "a message alone is no error");
}

#[test]
fn an_envelope_in_http_200_is_an_error_by_its_code() {
    for (code, said) in [(json!(451), "451"), (json!(-1), "-1"), (json!("1001"), "1001"), (json!("fail"), "fail")] {
        assert_eq!(error(read(json!({"code": code, "msg": "m", "data": null}))), reason(Some(said), Some("m")));
    }
    for code in
        [json!(0), json!(200), json!("200"), json!("0"), json!("success"), json!("SUCCESS"), json!("ok"), json!(""), json!(null)]
    {
        assert_eq!(read(json!({"code": code, "message": "m", "data": null})), Reading::Nothing, "{code}");
    }
}

#[test]
fn an_envelope_in_http_200_is_an_error_by_what_it_says() {
    for body in [
        json!({"error": true, "message": "m"}),
        json!({"error": "m"}),
        json!({"error": {"message": "m"}}),
        json!({"detail": "m"}),
        json!({"success": false, "message": "m"}),
        json!({"detail": [{"msg": "m"}]}),
        json!({"error": {"error": {"message": "m"}}}),
    ] {
        assert_eq!(error(read(body.clone())), reason(None, Some("m")), "{body}");
    }
    // What Huawei's MaaS and octopusx put beside a success.
    for healthy in
        [json!({"code": 0, "message": ""}), json!({"code": "", "message": ""}), json!({}), json!(null), json!(false), json!("")]
    {
        let body = json!({"message": "fine", "error": healthy, "data": [{"url": "https://cdn.example/a.mp4"}]});
        assert_eq!(task(body.clone()).outputs.len(), 1, "{body}");
    }
}

#[test]
fn json_at_the_end_of_a_message_takes_its_place() {
    for (message, code, text) in [
        (r#"{"detail":"Not Found"}"#, Some("outer"), "Not Found"),
        (r#"{"error":{"code":"inner","message":"bad"}}"#, Some("inner"), "bad"),
        (r#"status 400: {"error":{"code":"inner","message":"bad"}}"#, Some("inner"), "bad"),
        (r#"got {x} from {y}: {"code":12,"msg":"bad"} "#, Some("12"), "bad"),
        (r#"{"message":"see {\"code\":\"deep\",\"message\":\"bad\"}"}"#, Some("deep"), "bad"),
        (r#"{"error":"{\"error\":{\"message\":\"bad\",\"code\":\"deep\"}}"}"#, Some("deep"), "bad"),
        (r#""{\"error\":{\"message\":\"bad\",\"code\":\"deep\"}}""#, Some("deep"), "bad"),
    ] {
        assert_eq!(refused(json!({"code": "outer", "message": message, "data": null})), reason(code, Some(text)), "{message}");
        assert_eq!(failed(json!({"error": {"code": "outer", "message": message}})), reason(code, Some(text)), "{message}");
    }
}

#[test]
fn json_that_says_nothing_or_is_not_at_the_end_leaves_the_message() {
    for message in
        [r#"{"request_id":"1"}"#, "{}", "use {name}", r#"{"a":1} failed"#, "}", r#"[{"msg":"x"}]"#, r#""quoted""#, "{\"a\":"]
    {
        assert_eq!(refused(json!({"code": "outer", "message": message})), reason(Some("outer"), Some(message)));
    }
}

#[test]
fn a_message_that_quotes_for_ever_ends() {
    let mut message = json!({"message": "deepest"}).to_string();
    for _ in 0..12 {
        message = json!({"message": message}).to_string();
    }
    let read = format::reason_of_text(&message, &PLATFORM).message.unwrap();
    assert!(read.starts_with('{') && read.len() < message.len());
}

#[test]
fn an_error_beside_a_healthy_status_is_stale() {
    for status in ["queued", "running", "completed", "unknown", "odd", ""] {
        let body =
            json!({"id": "t", "status": status, "error": {"code": "c", "message": "m"}, "fail_reason": "m", "message": "m"});
        assert_eq!(task(body).error, None, "{status}");
    }
}

#[test]
fn a_failed_task_tells_why_wherever_it_hides_it() {
    for fields in [
        json!({"error": {"message": "m"}}),
        json!({"error": "m"}),
        json!({"message": "m"}),
        json!({"msg": "m"}),
        json!({"detail": "m"}),
        json!({"fail_reason": "m"}),
        json!({"fail_reason": "m", "result_url": "other"}),
        json!({"detail": {"video_generation_error": "m"}}),
        json!({"detail": {"error_message": "m"}}),
        json!({"detail": {"failure_reason": "m"}}),
        json!({"result_url": "m"}),
        json!({"metadata": {"url": "m"}}),
        json!({"url": "m"}),
        json!({"result_url": "https://cdn.example/a.mp4", "url": "m"}),
    ] {
        assert_eq!(failed(fields.clone()), reason(None, Some("m")), "{fields}");
    }
    assert_eq!(failed(json!({"url": "https://cdn.example/a.mp4", "running": false})), Reason::default());
}

#[test]
fn a_vendors_code_serves_where_there_is_no_other() {
    let vendor = json!({"error": {"code": "Sensitive", "message": "vendor's"}});
    let wrapped =
        json!({"code": "success", "data": {"task_id": "t", "status": "FAILURE", "fail_reason": "task failed", "data": vendor}});
    assert_eq!(task(wrapped).error, Some(reason(Some("Sensitive"), Some("task failed"))));
    assert_eq!(failed(json!({"fail_reason": "m", "data": {"data": vendor}})).code.as_deref(), Some("Sensitive"));
    assert_eq!(failed(json!({"error": {"code": "own", "message": "m"}, "data": vendor})).code.as_deref(), Some("own"));
}

#[test]
fn the_calls_success_is_no_code_of_a_failed_task() {
    assert_eq!(failed(json!({"code": "success", "fail_reason": "m"})), reason(None, Some("m")));
    assert_eq!(failed(json!({"code": 0, "fail_reason": "m"})), reason(None, Some("m")));
    let wrapped = json!({"code": "success", "message": "fine", "data": {"task_id": "t", "status": "FAILURE"}});
    assert_eq!(task(wrapped).error, Some(Reason::default()));
    let refusing = json!({"code": "blocked_prompt", "message": "m", "data": {"task_id": "t", "status": "FAILURE"}});
    assert_eq!(task(refusing).error, Some(reason(Some("blocked_prompt"), Some("m"))));
}

#[test]
fn an_expired_task_may_tell_why_too() {
    assert_eq!(task(json!({"id": "t", "status": "expired"})).error, Some(Reason::default()));
    let told = task(json!({"id": "t", "status": "EXPIRED", "error": {"code": "gone", "message": "m"}}));
    assert_eq!(told.error, Some(reason(Some("gone"), Some("m"))));
}
