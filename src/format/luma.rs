//! Luma's Dream Machine.

use super::{Batch, Format, PLAIN, Spec};
use crate::text::lines;

/// `video.url` may carry a watermark that the two before it do not.
macro_rules! places {
    () => {
        "video:video.download_url|video_raw.url|video.url|assets.video cover:thumbnail.url|video.thumbnail|assets.image image:last_frame.url"
    };
}

pub(super) const SPEC: Spec = Spec {
    format: Format::Luma,
    name: "luma",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/luma|/dream-machine/v1",
    status: " /generations/<id>",
    marks: |_, object| {
        object.has("queue_state") || object.get("artifact").is_map() || (object.has("state") && object.has("video"))
    },
    results: lines![concat!(" ", places!()), concat!("artifact ", places!())],
    create: lines![
        r#"- /generations 02 {"user_prompt":"<prompt>","model":"<model>","image_url":<0>,"image_end_url":<1>,"aspect_ratio":"<aspectRatio?>"}"#,
        r#"- /generations/<video>/extend 02 {"user_prompt":"<prompt>","model":"<model>","image_url":<0>,"image_end_url":<1>,"aspect_ratio":"<aspectRatio?>"}"#,
    ],
    batch: Some(Batch { kind: "", ask: "/tasks {\"ids\":[<id>]}", between: ",", paged: false }),
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "Luma's Dream Machine. `video.url` may carry a watermark where `video.download_url` does not; all of it may stand in `artifact` once more. Times are ISO text; no progress.",
        spoken_by: "v98store, yutoai, apiai",
        outputs_at: "`video.download_url`, `video_raw.url`, `video.url`; `thumbnail.url`, `last_frame.url`; the same in `artifact`",
        calls: &[
            call(Does::Status, "GET /generations/{id}"),
            call(Does::Many, "POST /tasks").with(r#"{"ids":"{ids}"}"#),
            create("POST /generations", &[("user_prompt|prompt", "")]),
            create("POST /generations/{source}/extend", &[("user_prompt|prompt", "")]),
        ],
        bodies: &[Bodies {
            name: "",
            words: &[
                ("queued", &["pending"]),
                ("running", &["processing"]),
                ("succeeded", &["completed"]),
                ("failed", &["failed"]),
            ],
            one: r#""{task}""#,
            many: r#""{tasks}""#,
            id: "{uuid}",
            samples: &[
                sample(
                    "created queued running unknown",
                    r#"{"id":"{id}","state":"{word}","video":null,"prompt":"{prompt|}","created_at":"{created:iso}","queue_state":null,"estimate_wait_seconds":null}"#,
                ),
                sample(
                    "succeeded",
                    r#"{"id":"{id}","state":"{word}","video":{"url":"{url:2}","width":"{width}","height":"{height}","download_url":"{url}"},"request":{"prompt":"{prompt|}","aspect_ratio":"16:9"},"thumbnail":{"url":"{cover}","media_type":"image"},"last_frame":{"url":"{image}","media_type":"image"},"created_at":"{created:iso}","queue_state":null}"#,
                ),
                sample(
                    "failed expired",
                    r#"{"id":"{id}","state":"{word}","failure_reason":"{message}","video":null,"prompt":"{prompt|}","created_at":"{created:iso}","queue_state":null}"#,
                ),
                answer(404, "not_found", r#"{"detail":"Generation not found"}"#),
                answer(400, "refused", r#"{"detail":"{message}"}"#),
                sample("error", r#"{"detail":"{message}"}"#),
            ],
        }],
        errors: &[
            (400, "", "Bad request"),
            (401, "", "Not authenticated"),
            (429, "", "Too many requests"),
            (500, "", "Internal server error"),
        ],
        sources: &[
            ("Create and query", "https://v98store.com/html_docs/api-247123648.html"),
            ("Several at once", "https://v98store.com/html_docs/api-247123658.html"),
            (
                "The answer",
                "https://docs.yutoai.net/api/api-189362390.html and https://apiai.apifox.cn/apidoc/project-4287160/api-196533481",
            ),
        ],
        ..Doc::PLAIN
    }
};
