//! What the text of a conversation tells: where the clip is, of which task, and how far it is.

use reelay::reading::Reading;
use reelay::task::Status;
use serde_json::{Value as Json, json};

use crate::make::snapshot;
use crate::sora_chat::{FILM, broken, chunks, failure, id, is, said, stream, thought, url};

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
fn what_a_stream_breaks_off_in_is_not_taken_for_whole() {
    assert_eq!(id(broken(&["> ID: `task_01k", "7dzpt"])), None, "more of the id may have been to come");
    assert_eq!(id(broken(&["> ", "task_01k7dzpt"])).as_deref(), Some("task_01k7dzpt"), "it came in one piece");
    assert_eq!(url(broken(&["https://a.example/", "x.mp4"])), None);
    assert_eq!(url(broken(&["<video src='https://a.example/", "x.mp4"])), None);
    assert_eq!(url(broken(&["<video src='https://a.exa", "mple/x' con"])).as_deref(), Some("https://a.example/x"));
    assert_eq!(broken(&["进度 30 "]), Reading::Nothing, "it names no task");
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
