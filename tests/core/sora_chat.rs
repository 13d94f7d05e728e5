//! Conversations: every fixture, and the rules behind them by name.

use std::fs;
use std::path::Path;

use reelay::format::{self, Format, Talk};
use reelay::host::PLATFORM;
use reelay::reading::{Reading, Snapshot};
use reelay::task::Status;
use serde_json::{Value as Json, json};

use crate::make::{reason, snapshot, value};

fn stream(text: &str) -> Reading {
    format::read_text(text, 200, &PLATFORM)
}

/// Chunks with these deltas, and the end mark or none.
fn chunks(deltas: &[Json], ended: bool) -> String {
    let mut text = String::new();
    for delta in deltas {
        text += &format!("data: {}\n\n", json!({"id": "chatcmpl-1", "model": "sora-2", "choices": [{"delta": delta}]}));
    }
    text + if ended { "data: [DONE]\n\n" } else { "" }
}

/// What is said in these pieces, all of it.
fn said(pieces: &[&str]) -> Reading {
    stream(&chunks(&pieces.iter().map(|piece| json!({"content": piece})).collect::<Vec<_>>(), true))
}

/// The same in a stream that broke off.
fn broken(pieces: &[&str]) -> Reading {
    stream(&chunks(&pieces.iter().map(|piece| json!({"content": piece})).collect::<Vec<_>>(), false))
}

fn thought(pieces: &[&str]) -> Reading {
    stream(&chunks(&pieces.iter().map(|piece| json!({"content": null, "reasoning_content": piece})).collect::<Vec<_>>(), true))
}

fn url(reading: Reading) -> Option<String> {
    match reading {
        Reading::Task(task) => {
            assert_eq!(task.status == Status::Succeeded, !task.outputs.is_empty());
            task.outputs.into_iter().next().map(|output| output.url)
        }
        _ => None,
    }
}

fn id(reading: Reading) -> Option<String> {
    match reading {
        Reading::Task(task) => task.id,
        _ => None,
    }
}

fn is(task: &Snapshot, status: Status, id: Option<&str>) -> bool {
    task.status == status && task.id.as_deref() == id
}

fn failure(reading: Reading) -> (Option<String>, Option<String>) {
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

const FILM: &str = "https://cdn.example/a.mp4";

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
fn the_last_player_wins_whatever_its_quotes_and_before_any_link() {
    for tag in [
        "<video controls src=\"URL\"></video>",
        "<VIDEO SRC = 'URL'>",
        "<video src=URL controls>",
        "<video poster='https://a.example/p.jpg'><source src=\"URL\" type=\"video/mp4\"></video>",
    ] {
        let text = format!(
            "<video src='https://a.example/first.mp4'></video> {} [all](https://a.example/other.mp4)",
            tag.replace("URL", "https://a.example/v?sig=b&amp;se=c")
        );
        assert_eq!(url(said(&[&text])).as_deref(), Some("https://a.example/v?sig=b&se=c"), "{tag}");
    }
}

#[test]
fn the_last_link_to_a_film_wins() {
    for (text, film) in [
        (
            "[preview](https://a.example/web/task_1) [a](https://a.example/1.mp4) | [b](https://a.example/2.mp4)",
            "https://a.example/2.mp4",
        ),
        ("https://a.example/x.MOV?sig=a%2Bb&n=1, and nothing else.", "https://a.example/x.MOV?sig=a%2Bb&n=1"),
        ("done: <https://a.example/x.webm>!", "https://a.example/x.webm"),
        ("已完成：https://a.example/v.mp4。", "https://a.example/v.mp4"),
        ("https://a.example/x.mp4点击下载", "https://a.example/x.mp4"),
        ("(see https://a.example/a_1.mp4)", "https://a.example/a_1.mp4"),
        ("**https://a.example/x.mp4**", "https://a.example/x.mp4"),
        ("https://a.example/get?file=x.mp4&sig=1", "https://a.example/get?file=x.mp4&sig=1"),
        ("video_url: https://a.example/x.mp4progress: 100%", "https://a.example/x.mp4"),
        ("http://a.example/x.mp4\\nmore", "http://a.example/x.mp4"),
    ] {
        assert_eq!(url(said(&[text])).as_deref(), Some(film), "{text}");
    }
    for text in [
        "https://a.example/poster.jpg",
        "see https://a.example/x.mp4/thumb",
        "[raw](https://a.example/source/task_1)",
        "ftp://a.example/x.mp4",
        "https://",
    ] {
        assert_eq!(url(said(&[&format!("text {text}")])), None, "{text}");
    }
}

#[test]
fn an_address_that_nothing_marks_counts_where_it_is_the_whole_text() {
    let bare = "https://storage.example/v/ce3d8279?Expires=1770971838";
    for text in [
        bare.to_owned(),
        format!("\n {bare}\n"),
        format!("[Download]({bare})"),
        format!("```\n{bare}\n```"),
        format!("<{bare}>"),
        format!("![v]({bare})"),
    ] {
        assert_eq!(url(said(&[&text])).as_deref(), Some(bare), "{text}");
    }
    assert_eq!(url(said(&[&format!("See {bare} for help.")])), None);
    let task = snapshot(said(&[bare]));
    assert_eq!(task.expires_at, Some(1_770_971_838_000.0));
}

#[test]
fn an_address_that_is_called_a_videos_needs_no_extension() {
    for text in [
        "task done video_url: https://a.example/v/1 thanks",
        "**Video URL**: https://a.example/v/1\n\nEnjoy",
        "x {\"video_url\":\"https:\\/\\/a.example\\/v\\/1\"} y",
    ] {
        assert_eq!(url(said(&[text])).as_deref(), Some("https://a.example/v/1"), "{text}");
    }
    let escaped = "x {\"video_url\":\"https:\\/\\/a.example\\/v?a=1\\u0026b=2\"} y";
    assert_eq!(url(said(&[escaped])).as_deref(), Some("https://a.example/v?a=1&b=2"));
    assert_eq!(url(said(&["polling_url: https://a.example/v/1 "])), None);
}

#[test]
fn a_text_that_is_a_body_is_read_as_one() {
    let task = snapshot(said(&[
        "```json\n{\"id\":\"veo3-fast:1234\",\"status\":\"completed\",\"video_",
        "url\":\"https:\\/\\/a.example\\/v\\/1\"}\n```",
    ]));
    assert!(is(&task, Status::Succeeded, Some("veo3-fast:1234")));
    assert_eq!(task.outputs[0].url, "https://a.example/v/1");
    let failed = snapshot(said(&["{\"id\":\"veo3:1\",\"status\":\"failed\"}"]));
    assert!(is(&failed, Status::Failed, Some("veo3:1")));
    assert_eq!(failure(said(&["{\"error\":{\"message\":\"no\",\"code\":\"bad\"}}"])), (Some("bad".into()), Some("no".into())));
    assert_eq!(said(&["```json\n{\"prompt\":\"a cat\",\"orientation\":\"portrait\"}\n```"]), Reading::Nothing);
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
fn ids_are_told_from_words() {
    for (text, wanted) in [
        ("> ID: `task_01k7dzptgwf2z87wj2c3t36qk0`\n", Some("task_01k7dzptgwf2z87wj2c3t36qk0")),
        ("task_id: sora-2:task_01k7dzptgwf2z87wj2", Some("sora-2:task_01k7dzptgwf2z87wj2")),
        ("task_id:sora-2:1234567890-abcdefghstatus: queued", Some("sora-2:1234567890-abcdefgh")),
        ("id veo3.1-fast:1762780400-anjWfTXn7x.", Some("veo3.1-fast:1762780400-anjWfTXn7x")),
        ("grok:3f0e2a9e-8f7c-4c1e-9d3a-1b2c3d4e5f60", Some("grok:3f0e2a9e-8f7c-4c1e-9d3a-1b2c3d4e5f60")),
        ("任务ID：3f0e2a9e-8f7c-4c1e", Some("3f0e2a9e-8f7c-4c1e")),
        ("task\\_01k7dzpt", Some("task_01k7dzpt")),
        ("task_AbCdEf0123456789AbCdEf0123456789 then task_02222222", Some("task_AbCdEf0123456789AbCdEf0123456789")),
        ("[see](https://a.example/web/task_01k7dzpt)", Some("task_01k7dzpt")),
        ("https://a.example/cdn/task_01k7dzpt.mp4", Some("task_01k7dzpt")),
        ("task_status: done, task_completed, task_id: none", None),
        ("sid: s_68ee00112233", None),
        ("request_id:3f0e2a9e-8f7c-4c1e-9d3a-1b2c3d4e5f60", None),
        ("at 2026-11-22T10:00:00Z, ratio 16:9, Expires:1770971838", None),
    ] {
        assert_eq!(id(said(&[text])).as_deref(), wanted, "{text}");
    }
}

#[test]
fn progress_is_the_latest_of_text_and_reasoning() {
    let at = |deltas: &[Json]| {
        let named = json!({"content": "task_01k7dzptgwf2 "});
        snapshot(stream(&chunks(&[&[named], deltas].concat(), false))).progress
    };
    assert_eq!(at(&[]), None);
    assert_eq!(at(&[json!({"reasoning_content": "**Video Generation Progress**: 42% (running)"})]), Some(0.42));
    assert_eq!(at(&[json!({"reasoning_content": "生成进度: 7%\n"})]), Some(0.07));
    assert_eq!(at(&[json!({"content": ">🏃 进度 7"}), json!({"content": "6.."})]), Some(0.76), "a number may be cut");
    assert_eq!(at(&[json!({"content": "progress: 25%"}), json!({"reasoning_content": "12.5%"})]), Some(0.125));
    assert_eq!(at(&[json!({"content": "进度 30 "}), json!({"content": "style='max-width:100%' 720p, 250% more"})]), Some(0.3));
    assert_eq!(snapshot(said(&["task_01k7dzptgwf2 进度 30"])).progress, None, "only while it runs");
}

#[test]
fn a_cross_is_a_failure_and_what_follows_it_is_the_reason() {
    assert_eq!(failure(said(&["> task\n", "❌ 生成失败: no\n"])), (None, Some("❌ 生成失败: no".into())));
    let quoted = "❌ Generation failed: API request failed: 429 - {\"error\": {\"message\": \"Slow down\", \"code\": \"rate\"}}";
    assert_eq!(failure(said(&[quoted])), (Some("rate".into()), Some("Slow down".into())));
    assert_eq!(failure(thought(&["生成进度: 7%\n", "❌ 失败: 403\n"])), (None, Some("❌ 失败: 403".into())));
}

#[test]
fn a_cross_in_the_reasoning_of_an_answer_is_none_and_a_clip_behind_a_cross_is_the_clip() {
    let deltas = [json!({"reasoning_content": "❌ first attempt failed"}), json!({"content": FILM})];
    assert_eq!(url(stream(&chunks(&deltas, true))).as_deref(), Some(FILM));
    assert_eq!(url(said(&["❌ attempt 1 failed, again\n", FILM])).as_deref(), Some(FILM));
    assert_eq!(snapshot(said(&[FILM, " ❌ 失败"])).status, Status::Failed);
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
fn what_a_stream_breaks_off_in_is_not_taken_for_whole() {
    assert_eq!(id(broken(&["> ID: `task_01k", "7dzpt"])), None, "more of the id may have been to come");
    assert_eq!(id(broken(&["> ", "task_01k7dzpt"])).as_deref(), Some("task_01k7dzpt"), "it came in one piece");
    assert_eq!(url(broken(&["https://a.example/", "x.mp4"])), None);
    assert_eq!(url(broken(&["<video src='https://a.example/", "x.mp4"])), None);
    assert_eq!(url(broken(&["<video src='https://a.exa", "mple/x' con"])).as_deref(), Some("https://a.example/x"));
    assert_eq!(broken(&["进度 30 "]), Reading::Nothing, "it names no task");
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

/// No search goes over the text again and again: this would take an hour if one did.
#[test]
fn hostile_texts_are_gone_over_once() {
    for unit in [
        "https://",
        "<video src=",
        "<video src='",
        "❌",
        "a:",
        "task_",
        "1%",
        "(",
        "进度 ",
        "\\",
        "&amp;",
        "[](",
        "x.mp4",
        "data:",
        "-1234567890-:",
        "{",
    ] {
        let text = unit.repeat(100_000 / unit.len());
        said(&[&text]);
        thought(&[&text]);
        stream(&format!("data: {text}"));
        let lines = format!("data: {unit}\n").repeat(50_000 / (unit.len() + 7));
        stream(&lines);
    }
    let small: Vec<Json> = (0..4_000).map(|at| json!({"content": format!("x{at}")})).collect();
    stream(&chunks(&small, true));
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
