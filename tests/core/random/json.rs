//! Bodies that look like a relay's: the keys that rules read, and some that they do not.

use proptest::prelude::*;
use reelay::format::words::WORDS;
use reelay::value::Value;

const KEYS: &[&str] = &[
    "id",
    "task_id",
    "status",
    "code",
    "type",
    "data",
    "data",
    "error",
    "message",
    "msg",
    "detail",
    "progress",
    "progress_pct",
    "pending_info",
    "video_url",
    "url",
    "output",
    "outputs",
    "video",
    "videos",
    "metadata",
    "content",
    "artifacts",
    "content_url",
    "data_url",
    "fail_reason",
    "result_url",
    "unsigned_urls",
    "success",
    "object",
    "deleted",
    "model",
    "created_at",
    "completed_at",
    "expires_at",
    "items",
    "tasks",
    "failure_reason",
    "task_result",
    "base64",
    "properties",
    "origin_model_name",
    "task_status",
    "task_status_msg",
    "state",
    "task",
    "result",
    "response",
    "base_resp",
    "status_code",
    "status_msg",
    "file",
    "file_id",
    "download_url",
    "creations",
    "cover_url",
    "name",
    "done",
    "generatedSamples",
    "uri",
    "bytesBase64Encoded",
    "gcsUri",
    "audio_url",
    "image_url",
    "imageUrl",
    "videoUrls",
    "failReason",
    "description",
    "image_urls",
    "binary_data_base64",
    "artifact",
    "createdAt",
    "failureCode",
    "reason",
    "other",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "t",
    "task_1",
    "success",
    "ok",
    "fail",
    "list",
    "video",
    "video.completed",
    "45%",
    "100",
    "NaN",
    "-3",
    "1e999",
    "2026-11-21T00:00:00Z",
    "https://cdn.example/a.mp4",
    "http://localhost:3000/c",
    "https://",
    "ftp://x/y",
    "data:video/mp4;base64,AA",
    "javascript:alert(1)",
    "{\"error\":{\"message\":\"inner\",\"code\":7}}",
    "upstream: {\"message\":\"{\\\"msg\\\":\\\"deep\\\"}\"}",
    "{",
    "}",
    "{}",
    "\"{}\"",
    "Invalid URL (GET /)",
    "task_not_exist",
    "Upstream service returned status 206",
    "Task is not completed yet",
    "\u{feff}\u{0}é視",
];

pub fn text() -> impl Strategy<Value = String> {
    let word = (0..WORDS.len()).prop_map(|row| WORDS[row].word);
    prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(str::to_owned),
        2 => word.prop_flat_map(|word| prop_oneof![Just(word.to_owned()), Just(word.to_uppercase())]),
        1 => "\\PC{0,12}",
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![12 => prop::sample::select(KEYS).prop_map(str::to_owned), 1 => "[a-z]{1,4}"]
}

pub fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop_oneof![(-5i32..700).prop_map(f64::from), any::<f64>().prop_filter("JSON has no NaN", |n| n.is_finite())]
            .prop_map(Value::Number),
        text().prop_map(Value::Text),
    ]
}

/// Any JSON of some depth.
pub fn any_json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            4 => prop::collection::vec((key(), inner), 0..8).prop_map(Value::Map),
        ]
    })
}

/// A body that is more often than not a task.
pub fn body() -> impl Strategy<Value = Value> {
    let task = (text(), leaf(), any_json()).prop_map(|(status, progress, rest)| {
        let mut fields = vec![("status".to_owned(), Value::Text(status)), ("progress".to_owned(), progress)];
        match rest {
            Value::Map(entries) => fields.extend(entries),
            other => fields.push(("data".to_owned(), other)),
        }
        Value::Map(fields)
    });
    prop_oneof![1 => any_json(), 2 => task]
}

pub fn http_status() -> impl Strategy<Value = u16> {
    prop_oneof![3 => Just(200u16), 3 => prop::sample::select(&[201u16, 204, 206, 301, 302, 304, 400, 401, 403, 404, 409, 416, 422, 429, 500, 501, 502, 503][..]), 1 => 100u16..600]
}

/// Every text in a value, with those in quoted JSON, and every whole number as text.
pub fn texts_in(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Text(text) => {
            into.push(text.trim_ascii().to_owned());
            let tails = text.match_indices(['{', '"']).filter_map(|(start, _)| text.get(start..));
            for inner in tails.filter_map(reelay::host::parse_json).filter(|inner| *inner != Value::Text(text.clone())) {
                texts_in(&inner, into);
            }
        }
        Value::Number(_) => into.extend(value.whole()),
        Value::List(items) => items.iter().for_each(|item| texts_in(item, into)),
        Value::Map(entries) => entries.iter().for_each(|(_, entry)| texts_in(entry, into)),
        Value::Null | Value::Bool(_) => {}
    }
}
