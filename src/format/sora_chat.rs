//! `/v1/chat/completions`: the video is a link at the end of a conversation. There is no task route: a task that the text
//! names is known, if at all, on the routes that `auto` tries.

use super::chat::Talk;
use super::{Format, PLAIN, Spec};
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::SoraChat,
    name: "sora-chat",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    marks: |_, object| Talk::is_in(object),
    talks: true,
    read: Some(|object, platform| Some(Talk::of(object, platform)?.reading(platform))),
    create: lines![
        r#"- /v1/chat/completions 00 {"model":"<model>","messages":[{"role":"user","content":"<prompt>"}],"stream":true}"#,
        r#"- /v1/chat/completions 19 {"model":"<model>","messages":[{"role":"user","content":[{"type":"text","text":"<prompt>"},<images>]}],"stream":true} {"type":"image_url","image_url":{"url":"<url>"}}"#,
        // Going on from a clip.
        r#"- /v1/chat/completions 09 {"model":"<model>","messages":[{"role":"user","content":[{"type":"text","text":"<prompt>"},<images>,{"type":"video_url","video_url":{"url":"<video>"}}]}],"stream":true} {"type":"image_url","image_url":{"url":"<url>"}}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "A video at the end of a conversation: the one request is answered when the video is there, and there is no task route. Progress and the task's id, if any, stand in the text; a task so named may be known on `/v1/videos/{id}`.",
        spoken_by: "DataEyes, v98store, 22codex, Apertis, AnyFast, sora2api, flow2api",
        outputs_at: "a link or `<video src>` in the text, or `delta.output[0].url`",
        calls: &[Call { does: Does::Stream, ..create("POST /v1/chat/completions", &[("messages", ""), ("model", "")]) }],
        bodies: &[Bodies {
            name: "",
            words: &[],
            one: r#""{task}""#,
            many: "",
            id: "task_{hex:26}",
            samples: &[
                // Without streaming.
                sample(
                    "succeeded",
                    r#"{"id":"chatcmpl-{row}","object":"chat.completion","created":"{created}","model":"{model}","choices":[{"index":0,"message":{"role":"assistant","content":"> ID: `{id}`\n\n[video]({url})"},"finish_reason":"stop"}],"usage":{"prompt_tokens":0,"completion_tokens":1,"total_tokens":1}}"#,
                ),
                sample(
                    "failed expired",
                    r#"{"id":"chatcmpl-{row}","object":"chat.completion","created":"{created}","model":"{model}","choices":[{"index":0,"message":{"role":"assistant","content":"❌ {message}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":0,"completion_tokens":1,"total_tokens":1}}"#,
                ),
                // Streamed, an event each.
                sample(
                    "chunk:created",
                    r#"{"id":"chatcmpl-{row}","object":"chat.completion.chunk","created":"{created}","model":"{model}","choices":[{"index":0,"delta":{"role":"assistant","content":"> ID: `{id}`\n"},"finish_reason":null}]}"#,
                ),
                sample(
                    "chunk:queued chunk:running chunk:unknown",
                    r#"{"id":"chatcmpl-{row}","object":"chat.completion.chunk","created":"{created}","model":"{model}","choices":[{"index":0,"delta":{"content":null,"reasoning_content":"**Video Generation Progress**: {percent|0}% (running)\n"},"finish_reason":null}]}"#,
                ),
                sample(
                    "chunk:succeeded",
                    r#"{"id":"chatcmpl-{row}","object":"chat.completion.chunk","created":"{created}","model":"{model}","choices":[{"index":0,"delta":{"content":"```html\n<video src='{url}' controls></video>\n```"},"finish_reason":"stop"}]}"#,
                ),
                sample(
                    "chunk:failed chunk:expired",
                    r#"{"id":"chatcmpl-{row}","object":"chat.completion.chunk","created":"{created}","model":"{model}","choices":[{"index":0,"delta":{"content":"❌ {message}"},"finish_reason":"stop"}]}"#,
                ),
                OPENAI_NOT_FOUND,
                OPENAI_REFUSED,
                OPENAI_ERROR,
            ],
        }],
        errors: &[
            (400, "", "Unable to process request."),
            (429, "rate_limit_exceeded", "Rate limit reached for requests."),
            (500, "", "The server had an error while processing your request."),
        ],
        sources: &[
            ("Requests", "https://v98store.com/html_docs/api-357808481.html and https://docs.22codex.xyz/427877355e0.html"),
            ("Tokens cut anywhere", "https://piapi.ai/docs/sora2-api/text-to-video"),
            (
                "Progress, failures, the final text",
                "https://github.com/TheSmallHanCat/sora2api (generation_handler.py, routes.py)",
            ),
        ],
        ..Doc::PLAIN
    }
};
