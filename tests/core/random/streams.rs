//! Conversations cut anywhere.

use proptest::prelude::*;
use reelay::format::Talk;
use reelay::host::PLATFORM;
use serde_json::json;

use super::cases;

/// What relays say, and what stands between.
fn words() -> impl Strategy<Value = String> {
    let given = prop::sample::select(vec![
        "task_01k7dzptgwf2z87wj2c3t36qk0",
        "sora-2:",
        "1234567890-abcdefgh",
        "task_id: ",
        "progress: ",
        "进度 ",
        "42%",
        "76..",
        "video_url: ",
        "https://a.example/v",
        ".mp4",
        "?sig=a&amp;b=c",
        "<video src='",
        "' controls></video>",
        "```html\n",
        "```",
        "❌ ",
        "[a](",
        ")",
        " ",
        "\n",
        "\\/",
        "\"",
        "。",
        "🏃",
    ]);
    prop::collection::vec(given, 0..8).prop_map(|words| words.concat())
}

fn stream() -> impl Strategy<Value = String> {
    let event = (words(), words(), 0u8..8).prop_map(|(content, reasoning, kind)| match kind {
        0 => ": ping".to_owned(),
        1 => format!("data: {}", json!({"choices": [], "usage": {}})),
        2 => format!("event: chunk\ndata:{}", json!({"choices": [{"delta": {"content": null, "reasoning_content": reasoning}}]})),
        3 => format!("data: {}", json!({"choices": [{"delta": {"output": [{"url": content, "task_id": reasoning}]}}]})),
        4 => "data: {\"choices\":\ndata: [{\"delta\": {\"content\": \"x\"}}]}".to_owned(),
        _ => format!("data: {}", json!({"choices": [{"delta": {"content": content}}]})),
    });
    let end =
        prop::sample::select(vec!["", "data: [DONE]\n\n", "data: [DONE]\\n\\n", "data: {\"error\": \"no\"}", "data: {\"choi"]);
    (prop::collection::vec(event, 0..8), prop::sample::select(vec!["\n", "\r\n", "\r"]), end).prop_map(|(events, line, end)| {
        let text = events.into_iter().map(|event| event + "\n\n").collect::<String>() + end;
        text.replace('\n', line)
    })
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn a_stream_is_read_the_same_however_it_is_cut(text in stream(), cuts in prop::collection::vec(1usize..30, 1..20)) {
        let mut whole = Talk::default();
        whole.push(&text, &PLATFORM);
        whole.end(&PLATFORM);
        let mut cut = Talk::default();
        let characters: Vec<char> = text.chars().collect();
        let (mut rest, mut cuts) = (&characters[..], cuts.into_iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(cuts.next().unwrap().min(rest.len()));
            cut.push(&piece.iter().collect::<String>(), &PLATFORM);
            rest = after;
        }
        cut.end(&PLATFORM);
        prop_assert_eq!(cut.running(), whole.running());
        prop_assert_eq!((cut.is_ended(), cut.heard(), cut.completion()), (whole.is_ended(), whole.heard(), whole.completion()));
        prop_assert_eq!(cut.reading(&PLATFORM), whole.reading(&PLATFORM));
    }
}
