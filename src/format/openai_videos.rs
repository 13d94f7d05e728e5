//! `/v1/videos/{id}`: OpenAI's video API, gone since 2026-09-24, and the relays that go on serving it.

use super::{Format, PLAIN, Spec};
use crate::create::Ways;
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::OpenaiVideos,
    name: "openai-videos",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    status: " /v1/videos/<id>",
    content_path: Some(super::urls::content_path),
    create: lines![
        r#"- /v1/videos 00 {"model":"<model>","prompt":"<prompt>","seconds":"<seconds#:1-60>","size":"<aspectRatio?:16:9=1280x720|9:16=720x1280>","size":"<size?>"}"#,
        r#"- /v1/videos 11f {"model":"<model>","prompt":"<prompt>","seconds":"<seconds#:1-60>","size":"<aspectRatio?:16:9=1280x720|9:16=720x1280>","size":"<size?>","input_reference":<0>} "<file>""#,
        r#"- /v1/videos 11 {"model":"<model>","prompt":"<prompt>","seconds":"<seconds#:1-60>","size":"<aspectRatio?:16:9=1280x720|9:16=720x1280>","size":"<size?>","input_reference":{"image_url":<0>}}"#,
    ],
    // Its own shape is the default: a body without another's marks is read as this one.
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "OpenAI's video API, closed on 2026-09-24, and the relays and servers that go on serving it. Progress is a whole percentage, times are in seconds, `seconds` is text.",
        spoken_by: "DataEyes, VectorEngine, CometAPI, new-api, LiteLLM, SGLang, vLLM-Omni, OpenRouter, xAI",
        outputs_at: "`/content`, or `video_url`, `url`, `output.url`, `metadata.url`, ...",
        calls: &[
            call(Does::Status, "GET /v1/videos/{id}"),
            call(Does::Content, "GET /v1/videos/{id}/content"),
            create("POST /v1/videos", &[("prompt", "")]).form(),
            create("POST /v1/videos/{source}/remix", &[("prompt", "")]),
            create("POST /v1/videos/edits", &[("prompt", ""), ("video", "")]).form(),
            create("POST /v1/videos/extensions", &[("prompt", ""), ("video", "")]).form(),
            call(Does::List, "GET /v1/videos"),
            call(Does::Delete, "DELETE /v1/videos/{id}"),
        ],
        bodies: &[Bodies {
            name: "",
            words: &[
                ("queued", &["queued", "pending", "submitted"]),
                ("running", &["in_progress", "processing"]),
                ("succeeded", &["completed", "succeeded", "done"]),
                ("failed", &["failed", "cancelled"]),
                ("expired", &["expired"]),
                ("unknown", &["unknown"]),
            ],
            one: r#""{task}""#,
            many: r#"{"object":"list","data":"{tasks}","first_id":"{first}","last_id":"{last}","has_more":"{more}"}"#,
            id: "video_{hex:48}",
            samples: &[
                sample(
                    "created",
                    r#"{"id":"{id}","object":"video","model":"{model}","status":"{word}","progress":0,"created_at":"{created}","seconds":"{seconds}","size":"{size}"}"#,
                ),
                sample(
                    "queued running unknown",
                    r#"{"id":"{id}","object":"video","model":"{model}","status":"{word}","progress":"{percent|0}","created_at":"{created}","completed_at":null,"expires_at":null,"prompt":"{prompt|null}","seconds":"{seconds}","size":"{size}","remixed_from_video_id":null,"error":null}"#,
                ),
                sample(
                    "succeeded expired",
                    r#"{"id":"{id}","object":"video","model":"{model}","status":"{word}","progress":100,"created_at":"{created}","completed_at":"{finished}","expires_at":"{expires}","prompt":"{prompt|null}","seconds":"{seconds}","size":"{size}","remixed_from_video_id":null,"error":null}"#,
                ),
                sample(
                    "failed",
                    r#"{"id":"{id}","object":"video","model":"{model}","status":"{word}","progress":"{percent|0}","created_at":"{created}","completed_at":null,"expires_at":null,"prompt":"{prompt|null}","seconds":"{seconds}","size":"{size}","remixed_from_video_id":null,"error":{"code":"{code}","message":"{message}"}}"#,
                ),
                OPENAI_NOT_FOUND,
                OPENAI_REFUSED,
                OPENAI_ERROR,
                sample("deleted", r#"{"id":"{id}","deleted":true,"object":"video.deleted"}"#),
            ],
        }],
        errors: &[
            (400, "", "Unable to process request."),
            (402, "insufficient_credits", "Insufficient credits."),
            (403, "", "Files [...] are not accessible"),
            (429, "rate_limit_exceeded", "Rate limit reached for requests."),
            (500, "", "The server had an error while processing your request."),
            (502, "", "Bad gateway."),
            (503, "", "The server is overloaded or not ready yet."),
        ],
        place: "content",
        field: "video_url",
        sources: &[
            (
                "Calls, fields and words",
                "https://github.com/openai/openai-openapi (openapi.json) and https://github.com/openai/openai-node (src/resources/videos.ts)",
            ),
            ("The shutdown", "https://developers.openai.com/api/docs/guides/video-generation"),
            ("`video_url` and `expires_at` of relays", "https://docs.globalaiopc.com/en/api-reference/video/sora-query"),
            ("`succeeded`", "https://github.com/ArcReel/ArcReel/pull/1889"),
        ],
    }
};

/// What else the API has, by the name of the call. A clip is named by its id, or is a file.
pub const VIDEOS: Ways = lines![
    r#"remix /v1/videos/<video>/remix 00 {"prompt":"<prompt>"}"#,
    r#"edit /v1/videos/edits 11f {"video":<0>,"prompt":"<prompt>"} "<file>""#,
    r#"edit /v1/videos/edits 00 {"video":{"id":"<video>"},"prompt":"<prompt>"}"#,
    r#"extend /v1/videos/extensions 11f {"video":<0>,"prompt":"<prompt>","seconds":"<seconds#:4|8|12|16|20>"} "<file>""#,
    r#"extend /v1/videos/extensions 00 {"video":{"id":"<video>"},"prompt":"<prompt>","seconds":"<seconds#:4|8|12|16|20>"}"#,
    r#"createCharacter /v1/videos/characters 11f {"name":"<name>","video":<0>} "<file>""#,
    "getCharacter GET/v1/videos/characters/<video> 00 ",
    "list GET/v1/videos?limit=<limit#:0-100>&order=<order?:asc|desc>&after=<after?> 00 ",
    "remove DELETE/v1/videos/<video> 00 ",
];
