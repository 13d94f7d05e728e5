//! JSON where bytes were due: it may lead on to them, hold them, or refuse.

use reelay::failure::Code;
use reelay::flow::Exchange;
use serde_json::json;

use crate::download::{CDN, CONTENT, STATUS, completed, fetch, video};
use crate::make::{ok, reason, status, succeeded};

#[test]
fn an_address_in_json_is_followed_without_the_key() {
    for body in [
        json!({"id": "t", "status": "completed", "video_url": CDN, "url": CDN}),
        json!({"url": CDN}),
        json!({"id": "t", "url": CDN}),
        json!({"task_id": "t", "format": "mp4", "url": CDN}),
        json!({"code": "success", "data": {"url": CDN}}),
        json!({"code": "success", "data": CDN}),
    ] {
        let run = fetch(succeeded(&[]), vec![ok(body.clone()), video()]);
        assert!(run.result.is_ok(), "{body}");
        assert_eq!((run.urls(), run.credentialed()), (vec![CONTENT, CDN], vec![true, false]), "{body}");
    }
}

#[test]
fn bytes_as_text_are_decoded() {
    let data = "data:video/mp4;base64,AAAA";
    for body in [
        json!({"success": true, "task_id": "t", "format": "mp4", "base64": "AAAA", "data_url": data}),
        json!({"success": true, "task_id": "t", "format": "mp4", "base64": "AAAA"}),
        json!({"base64": "AAAA"}),
        json!({"code": "success", "data": {"base64": "AAAA"}}),
    ] {
        let run = fetch(succeeded(&[]), vec![ok(body.clone())]);
        assert!(run.result.is_ok(), "{body}");
        assert_eq!(run.decoded, [data], "{body}");
    }
}

#[test]
fn a_refusal_in_http_200_is_told() {
    let run = fetch(succeeded(&[]), vec![ok(json!({"code": 402, "msg": "Insufficient Credits", "data": null}))]);
    let failure = run.failure();
    assert_eq!(
        (failure.code, failure.server.clone()),
        (Code::InsufficientFunds, Some(reason(Some("402"), Some("Insufficient Credits"))))
    );
}

#[test]
fn json_that_leads_nowhere_is_not_a_video() {
    for body in [
        json!({"hello": 1}),
        json!({"code": "success", "data": null}),
        json!("text"),
        json!([]),
        json!({"id": "t", "status": "failed"}),
        json!({"id": "t", "status": "completed"}),
    ] {
        assert_eq!(fetch(succeeded(&[]), vec![ok(body.clone())]).failure().code, Code::NotAVideo, "{body}");
    }
}

#[test]
fn json_that_names_itself_does_not_go_round() {
    let run = fetch(succeeded(&[]), vec![completed(CONTENT)]);
    assert_eq!((run.failure().code, run.requests.len()), (Code::NotAVideo, 1));
}

#[test]
fn leads_to_leads_end() {
    let mut answers: Vec<Exchange> = Vec::new();
    for hop in 0..3 {
        answers.push(completed(&format!("https://cdn.example/{hop}")));
    }
    // The last lead leads on: that is no more followed, but the task is asked once for a fresh address.
    answers.extend([completed("https://cdn.example/9"), completed("https://cdn.example/8"), status(404), status(404)]);
    let run = fetch(succeeded(&[]), answers);
    assert!(run.result.is_err());
    assert_eq!(run.urls()[5], "https://cdn.example/8");
    assert_eq!(run.urls()[4], STATUS);
}

#[test]
fn a_lead_that_has_run_out_falls_back_on_the_content_path() {
    let run = fetch(
        succeeded(&[]),
        vec![completed(CDN), status(403), status(500), status(500), status(500), status(500), status(500), video()],
    );
    assert!(run.result.is_ok());
    assert_eq!(run.urls()[2..7], [STATUS; 5]);
    assert_eq!(run.urls().last(), Some(&CONTENT));
}

#[test]
fn an_unsafe_lead_is_not_followed() {
    let run = fetch(succeeded(&[]), vec![completed("https://127.0.0.1/a.mp4"), video()]);
    assert_eq!(run.urls(), [CONTENT, CONTENT], "the lead is dropped, the place asked once more");
}
