//! Conversations: every fixture, and the rules behind them by name.

use std::fs;
use std::path::Path;

use reelay::format::{self, Format, Talk};
use reelay::host::PLATFORM;
use reelay::reading::{Reading, Snapshot};
use reelay::task::Status;
use serde_json::{Value as Json, json};

use crate::make::{reason, snapshot, value};

pub const FILM: &str = "https://cdn.example/a.mp4";

pub fn stream(text: &str) -> Reading {
    format::read_text(text, 200, &PLATFORM)
}

/// Chunks with these deltas, and the end mark or none.
pub fn chunks(deltas: &[Json], ended: bool) -> String {
    let mut text = String::new();
    for delta in deltas {
        text += &format!("data: {}\n\n", json!({"id": "chatcmpl-1", "model": "sora-2", "choices": [{"delta": delta}]}));
    }
    text + if ended { "data: [DONE]\n\n" } else { "" }
}

/// What is said in these pieces, all of it.
pub fn said(pieces: &[&str]) -> Reading {
    stream(&chunks(&pieces.iter().map(|piece| json!({"content": piece})).collect::<Vec<_>>(), true))
}

/// The same in a stream that broke off.
pub fn broken(pieces: &[&str]) -> Reading {
    stream(&chunks(&pieces.iter().map(|piece| json!({"content": piece})).collect::<Vec<_>>(), false))
}

pub fn thought(pieces: &[&str]) -> Reading {
    stream(&chunks(&pieces.iter().map(|piece| json!({"content": null, "reasoning_content": piece})).collect::<Vec<_>>(), true))
}

pub fn url(reading: Reading) -> Option<String> {
    match reading {
        Reading::Task(task) => {
            assert_eq!(task.status == Status::Succeeded, !task.outputs.is_empty());
            task.outputs.into_iter().next().map(|output| output.url)
        }
        _ => None,
    }
}

pub fn id(reading: Reading) -> Option<String> {
    match reading {
        Reading::Task(task) => task.id,
        _ => None,
    }
}

pub fn is(task: &Snapshot, status: Status, id: Option<&str>) -> bool {
    task.status == status && task.id.as_deref() == id
}

pub fn failure(reading: Reading) -> (Option<String>, Option<String>) {
    let task = snapshot(reading);
    assert_eq!(task.status, Status::Failed);
    let reason = task.error.unwrap();
    (reason.code, reason.message)
}

#[test]
fn every_fixture_gives_its_expected_reading() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sora-chat");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".expected.json") {
            continue;
        }
        seen += 1;
        let body: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let expected = path.with_file_name(name.replace(".json", ".expected.json"));
        let expected: Json = serde_json::from_str(&fs::read_to_string(expected).unwrap()).unwrap();
        let reading = match body["sse"].as_str() {
            Some(text) => stream(text),
            None => format::read(&value(body), 200, &PLATFORM),
        };
        let text = |key: &str| expected[key].as_str().map(str::to_owned);
        match reading {
            Reading::Task(task) => {
                assert_eq!(task.format, Format::SoraChat, "{name}");
                assert_eq!(Some(task.status.word().to_owned()), text("status"), "{name}");
                assert_eq!(task.id, text("id"), "{name}");
                assert_eq!(task.progress, expected["progress"].as_f64(), "{name}");
                assert_eq!(task.outputs.first().map(|output| output.url.clone()), text("videoUrl"), "{name}");
                let error = task.error.unwrap_or_default();
                assert_eq!((error.code, error.message), (text("errorCode"), text("errorMessage")), "{name}");
            }
            Reading::Nothing => {
                assert_eq!(text("status").as_deref(), Some("unknown"), "{name}");
                assert_eq!((text("id"), text("videoUrl"), text("errorMessage")), (None, None, None), "{name}");
            }
            Reading::Error(reason) => panic!("{name}: {reason:?}"),
        }
    }
    assert_eq!(seen, 10);
}

#[test]
fn all_three_line_ends_comments_and_fields_of_no_use_are_taken() {
    let event = json!({"choices": [{"delta": {"content": FILM}}]}).to_string();
    for end in ["\n", "\r\n", "\r"] {
        let text = [": ping", "", "event: message", "id: 7", "retry: 10", &format!("data:{event}"), "", "", "data: [DONE]", ""];
        assert_eq!(url(stream(&text.join(end))).as_deref(), Some(FILM), "{end:?}");
    }
}

#[test]
fn data_of_several_lines_is_one_event_or_an_event_a_line() {
    let pretty = format!("data: {{\"choices\":\ndata: [{{\"delta\": {{\"content\": \"{FILM}\"}}}}]}}\n\ndata: [DONE]\n\n");
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(url(stream(&pretty.replace('\n', end))).as_deref(), Some(FILM), "{end:?}");
    }
    let event = |content: &str| format!("data: {}\n", json!({"choices": [{"delta": {"content": content}}]}));
    let tight = format!("{}{}data: [DONE]\n", event("https://cdn.exam"), event("ple/a.mp4"));
    assert_eq!(url(stream(&tight)).as_deref(), Some(FILM));
}

#[test]
fn a_last_event_needs_no_blank_line_and_no_line_end() {
    let text = chunks(&[json!({"content": FILM})], false);
    assert_eq!(url(stream(text.trim_end())).as_deref(), Some(FILM));
}

#[test]
fn the_end_mark_may_hold_its_line_ends_as_text() {
    let text = chunks(&[json!({"content": "> ID: `task_01k7dzptgwf2z87wj2c3t36qk0`\n"})], false);
    assert!(is(&snapshot(stream(&text)), Status::Running, Some("task_01k7dzptgwf2z87wj2c3t36qk0")));
    let ended = snapshot(stream(&(text + "data: [DONE]\\n\\n")));
    assert!(is(&ended, Status::Unknown, Some("task_01k7dzptgwf2z87wj2c3t36qk0")), "over, and nothing is told of it");
}

#[test]
fn a_finish_reason_ends_it_as_well_and_a_usage_chunk_may_follow() {
    let text = "data: {\"choices\":[{\"delta\":{\"content\":\"task_01k7dzpt \"},\"finish_reason\":\"STOP\"}]}\n\n\
                data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n";
    assert_eq!(snapshot(stream(text)).status, Status::Unknown);
}

#[test]
fn tokens_are_joined_before_anything_is_looked_for() {
    assert_eq!(
        url(said(&["```ht", "ml\n<vid", "eo sr", "c='htt", "ps://a.exa", "mple/v?x=1", "' contr", "ols></video>\n```"]))
            .as_deref(),
        Some("https://a.example/v?x=1")
    );
    assert_eq!(id(said(&["> ID: `ta", "sk_01k", "7dzpt", "gwf2", "`\n"])).as_deref(), Some("task_01k7dzptgwf2"));
}

#[test]
fn the_deltas_own_output_comes_first() {
    let output = json!([{"url": "https://a.example/clean.mp4", "type": "video", "task_id": "s_1"}]);
    let task = snapshot(stream(&chunks(
        &[json!({"content": "<video src='https://a.example/wm.mp4'></video> task_01k7dzpt", "output": output})],
        true,
    )));
    assert!(is(&task, Status::Succeeded, Some("s_1")));
    assert_eq!(task.outputs[0].url, "https://a.example/clean.mp4");
    let awaited = json!({"reasoning_content": "40% ", "wm": {"stage": "waiting", "task_id": "s_2"}});
    let task = snapshot(stream(&chunks(&[awaited], false)));
    assert!(is(&task, Status::Running, Some("s_2")));
    assert_eq!(task.progress, Some(0.4));
}

#[test]
fn an_error_among_the_events_is_a_failure() {
    let begun = chunks(&[json!({"content": "task_01k7dzptgwf2 "})], false);
    for (event, code, message) in [
        (json!({"error": {"message": "no", "code": "bad"}}), Some("bad"), "no"),
        (json!({"error": "overloaded"}), None, "overloaded"),
        (json!({"code": 500, "message": "upstream"}), Some("500"), "upstream"),
        (json!({"error": {"message": "failed: {\"error\":{\"message\":\"inner\",\"code\":\"c\"}}"}}), Some("c"), "inner"),
    ] {
        let reading = stream(&format!("{begun}data: {event}\n\ndata: [DONE]\n\n"));
        assert_eq!(id(reading.clone()).as_deref(), Some("task_01k7dzptgwf2"));
        assert_eq!(failure(reading), (code.map(Into::into), Some(message.into())), "{event}");
    }
}

#[test]
fn completions_are_read_streamed_or_not() {
    let message = |content: Json| {
        format::read(
            &value(
                json!({"object": "chat.completion", "id": "chatcmpl-1", "created": 1_760_339_757, "model": "sora", "choices": [{"message": {"role": "assistant", "content": content}}]}),
            ),
            200,
            &PLATFORM,
        )
    };
    let task = snapshot(message(json!(FILM)));
    assert_eq!((task.model.as_deref(), task.created_at, task.id), (Some("sora"), Some(1_760_339_757_000.0), None));
    assert_eq!(
        url(message(json!([{"type": "text", "text": "Here: https://a.exam"}, {"type": "text", "text": "ple/v.mp4"}]))).as_deref(),
        Some("https://a.example/v.mp4")
    );
    assert_eq!(message(json!(null)), Reading::Nothing);
    let chunk = value(json!({"choices": [{"delta": {"content": FILM}}]}));
    assert_eq!(url(format::read(&chunk, 200, &PLATFORM)).as_deref(), Some(FILM), "without `object`");
    let wrapped = value(
        json!({"code": 0, "data": {"id": "chatcmpl-1", "object": "chat.completion", "choices": [{"message": {"content": FILM}}]}}),
    );
    assert_eq!(url(format::read(&wrapped, 200, &PLATFORM)).as_deref(), Some(FILM), "in an envelope");
}

#[test]
fn an_error_status_makes_an_error_of_a_stream() {
    let text = "data: {\"error\":{\"message\":\"no\",\"code\":\"bad\"}}\n\n";
    assert_eq!(format::read_text(text, 429, &PLATFORM), Reading::Error(reason(Some("bad"), Some("no"))));
    assert_eq!(format::read_text(&chunks(&[json!({"content": FILM})], true), 500, &PLATFORM), Reading::Nothing);
}

#[test]
fn text_that_is_no_stream_says_nothing() {
    for text in [
        "",
        "data",
        "data:",
        ":",
        "\n\n",
        "hello",
        "<html></html>",
        "data: hello\n\n",
        "data: 1\n\n",
        "data: [DONE]\n\n",
        "data: null\n\n",
    ] {
        assert_eq!(stream(text), Reading::Nothing, "{text:?}");
    }
}

#[test]
fn more_than_any_answer_has_is_not_kept() {
    let mut talk = Talk::default();
    let piece = chunks(&[json!({"reasoning_content": "x".repeat(1 << 20)})], false);
    for _ in 0..7 {
        talk.push(&piece, &PLATFORM);
        assert!(!talk.is_too_large());
    }
    talk.push(&piece, &PLATFORM);
    assert!(talk.is_too_large());
}

#[test]
fn nothing_follows_the_end_mark() {
    let mut talk = Talk::default();
    talk.push(&chunks(&[json!({"content": FILM})], false), &PLATFORM);
    assert!(!talk.is_ended());
    talk.push("data: [DONE]\\n\\n\n", &PLATFORM);
    assert!(talk.is_ended(), "at its line's end, without a blank line");
    talk.push("data: {\"error\": \"late\"}\n\n", &PLATFORM);
    talk.end(&PLATFORM);
    assert_eq!(url(talk.reading(&PLATFORM)).as_deref(), Some(FILM));
}
