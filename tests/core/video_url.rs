//! Rule "Video URL": where it is looked for, in which order, and what is one.

use reelay::task::Status;
use serde_json::{Value as Json, json};

use crate::make::task;

const A: &str = "https://cdn.example/a.mp4";
const B: &str = "https://cdn.example/b.mp4";
const LOOPBACK: &str = "http://localhost:3000/v1/videos/t/content";

/// The addresses of a succeeded task with these fields.
fn outputs(mut fields: Json) -> Vec<String> {
    fields["id"] = json!("t");
    fields["status"] = json!("completed");
    task(fields).outputs.into_iter().map(|output| output.url).collect()
}

fn url(fields: Json) -> Option<String> {
    outputs(fields).into_iter().next()
}

#[test]
fn every_place_is_found() {
    let places = [
        json!({"video_url": A}),
        json!({"url": A}),
        json!({"output_url": A}),
        json!({"download_url": A}),
        json!({"result_url": A}),
        json!({"output": A}),
        json!({"video": A}),
        json!({"output": {"url": A}}),
        json!({"outputs": {"video_url": A}}),
        json!({"outputs": [{"url": A}]}),
        json!({"video": {"url": A}}),
        json!({"videos": [{"url": A}]}),
        json!({"videos": [A]}),
        json!({"metadata": {"url": A}}),
        json!({"task_result": {"videos": [{"url": A}]}}),
        json!({"content": {"video_url": A}}),
        json!({"content": {"result_url": A}}),
        json!({"generations": [{"url": A}]}),
        json!({"unsigned_urls": [A]}),
        json!({"urls": [A]}),
        json!({"artifacts": [{"content_url": A}]}),
        json!({"content_url": A}),
        json!({"data": {"url": A}}),
        json!({"data": [{"url": A}]}),
        json!({"data": {"data": {"video": {"url": A}}}}),
        json!({"data": {"task_result": {"videos": [{"url": A}]}}}),
        json!({"detail": {"url": A}}),
        json!({"data_url": "data:video/mp4;base64,AA"}),
        json!({"fail_reason": A}),
    ];
    for fields in places {
        let found = url(fields.clone());
        assert!(found.as_deref() == Some(A) || found.as_deref() == Some("data:video/mp4;base64,AA"), "{fields}: {found:?}");
    }
}

#[test]
fn places_are_tried_in_the_sheets_order() {
    let order = [
        ("video_url", json!(null)),
        ("url", json!(null)),
        ("output_url", json!(null)),
        ("download_url", json!(null)),
        ("result_url", json!(null)),
        ("output", json!(null)),
        ("video", json!(null)),
        ("outputs", json!({"url": null})),
        ("videos", json!([{"url": null}])),
        ("metadata", json!({"url": null})),
        ("task_result", json!({"url": null})),
        ("content", json!({"url": null})),
        ("generations", json!([{"url": null}])),
        ("unsigned_urls", json!([null])),
        ("urls", json!([null])),
        ("artifacts", json!([{"content_url": null}])),
        ("content_url", json!(null)),
        ("data", json!({"url": null})),
        ("detail", json!({"url": null})),
        ("data_url", json!(null)),
        ("fail_reason", json!(null)),
    ];
    let place = |shape: &Json, url: &str| -> Json {
        serde_json::from_str(&shape.to_string().replace("null", &format!("{url:?}"))).unwrap()
    };
    for pair in order.windows(2) {
        let [(first, shape), (second, other)] = pair else { unreachable!() };
        let found = url(json!({*second: place(other, B), *first: place(shape, A)}));
        assert_eq!(found.as_deref(), Some(A), "{first} comes before {second}");
    }
}

#[test]
fn only_http_and_data_are_addresses() {
    for text in [
        "",
        " ",
        "string",
        "/v1/videos/t/content",
        "//cdn.example/a.mp4",
        "cdn.example/a.mp4",
        "ftp://cdn.example/a.mp4",
        "javascript:alert(1)",
        "blob:https://x/1",
        "file:///etc/passwd",
        "s3://bucket/a.mp4",
        "https://",
        "http://",
        "data:",
        "data:gone",
        "upstream returned https://cdn.example/a.mp4",
        "https://docs.example says no",
    ] {
        assert_eq!(url(json!({"video_url": text})), None, "{text:?}");
        assert_eq!(url(json!({"video_url": text, "fail_reason": A})).as_deref(), Some(A), "{text:?} hides another");
    }
    for text in ["HTTPS://cdn.example/a.mp4", "http://cdn.example/a.mp4", "data:video/mp4;base64,AAAA", "DATA:video/mp4,x"] {
        assert_eq!(url(json!({"video_url": text})).as_deref(), Some(text));
    }
    assert_eq!(url(json!({"video_url": format!(" {A}\n")})).as_deref(), Some(A), "space around an address is not part of it");
}

#[test]
fn what_is_no_text_is_no_address() {
    for odd in [json!(null), json!(5), json!(true), json!({}), json!([]), json!([null, {}]), json!([[], [[null]]])] {
        assert_eq!(url(json!({"video_url": odd, "output": odd, "data": odd, "videos": odd, "metadata": odd})), None, "{odd}");
    }
}

#[test]
fn a_public_address_goes_before_loopback_wherever_both_stand() {
    let hosts = [
        "http://localhost:3000/c",
        "http://127.0.0.1/c",
        "http://127.8.8.8:80/c",
        "http://[::1]:3000/c",
        "http://0.0.0.0/c",
        "https://api.localhost/c",
        "http://LOCALHOST./c",
        "http://[::ffff:127.0.0.1]/c",
    ];
    for local in hosts {
        for fields in [
            json!({"video_url": local, "url": A}),
            json!({"result_url": local, "data": {"data": {"metadata": {"url": A}}}}),
            json!({"url": local, "fail_reason": A}),
            json!({"output": {"url": local}, "metadata": {"url": A}}),
            json!({"urls": [local, A]}),
            json!({"artifacts": [{"content_url": local}], "data": {"url": A}}),
            json!({"detail": {"video_url": local, "url": A}}),
        ] {
            assert_eq!(url(fields.clone()).as_deref(), Some(A), "{fields}");
        }
        assert_eq!(
            url(json!({"url": local, "result_url": LOOPBACK})).as_deref(),
            Some(local),
            "there is no other: the first stays"
        );
    }
    for public in
        ["https://localhost.example/a", "https://127.0.0.1.example/a", "https://10.0.0.1/a", "https://cdn.example/?u=localhost"]
    {
        assert_eq!(url(json!({"video_url": public, "url": A})).as_deref(), Some(public));
    }
}

#[test]
fn only_a_succeeded_task_has_addresses() {
    for status in ["queued", "running", "video_generation_completed", "failed", "expired", "unknown", "odd"] {
        let task = task(json!({"id": "t", "status": status, "video_url": A, "data": [{"url": A}]}));
        assert!(task.outputs.is_empty(), "{status}");
    }
}

#[test]
fn artifacts_are_given_whatever_the_state() {
    let task = task(
        json!({"task_id": "t", "artifacts": [{"key": "v", "type": "video", "content_url": A}, {"type": "video", "content_url": B}],
        "legacy_content_url": "https://cdn.example/old"}),
    );
    assert_eq!((task.status, task.outputs.len(), task.outputs[0].url.as_str()), (Status::Unknown, 2, A));
}

#[test]
fn a_still_among_artifacts_is_no_video() {
    let artifacts = json!({"artifacts": [{"type": "image", "content_url": B}, {"type": "audio", "content_url": B}, {"type": "video", "content_url": A}]});
    assert_eq!(outputs(artifacts), [A]);
}

#[test]
fn an_arrays_first_address_leads_and_the_others_follow_once() {
    assert_eq!(outputs(json!({"videos": [{"url": A}, {"url": B}, {"url": A}]})), [A, B]);
    assert_eq!(outputs(json!({"urls": [null, "", A, B]})), [A, B], "elements without one are passed over");
    assert_eq!(outputs(json!({"video_url": A, "videos": [{"url": B}]})), [A], "one place is chosen, not mixed");
}

#[test]
fn the_top_level_clip_goes_before_the_first_draft() {
    let veo = json!({"video_url": A, "detail": {"video_url": B, "upsample_video_url": A}});
    assert_eq!(url(veo).as_deref(), Some(A));
    assert_eq!(url(json!({"video_url": null, "detail": {"video_url": B}})).as_deref(), Some(B));
}
