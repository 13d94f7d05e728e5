//! Runway's task API.

use super::{Format, PLAIN, Spec};
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Runway,
    name: "runway",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/runwayml/v1|/v1",
    status: " /tasks/<id>",
    headers: &[("X-Runway-Version", "2024-11-06")],
    marks: |_, object| object.has("createdAt") && object.has("status"),
    results: "output video:",
    fraction: true,
    // One field for both: `1280:720`.
    create: lines![
        r#"text_to_video /<kind> 00 {"model":"<model>","promptText":"<prompt>","ratio":"<aspectRatio?>","ratio":"<size?.ratio>","duration":<seconds#:1-60>}"#,
        r#"image_to_video /<kind> 11 {"model":"<model>","promptText":"<prompt>","promptImage":<0>,"ratio":"<aspectRatio?>","ratio":"<size?.ratio>","duration":<seconds#:1-60>}"#,
        r#"image_to_video /<kind> 22 {"model":"<model>","promptText":"<prompt>","promptImage":[{"uri":<0>,"position":"first"},{"uri":<1>,"position":"last"}],"ratio":"<aspectRatio?>","ratio":"<size?.ratio>","duration":<seconds#:1-60>}"#,
        r#"video_to_video /<kind> 00 {"model":"<model>","promptText":"<prompt>","videoUri":"<video>","ratio":"<aspectRatio?>","ratio":"<size?.ratio>"}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "Runway's task API. Words in capitals, progress a fraction, outputs a plain list of signed addresses. A relay may put it into its envelope while the task is pending, and a fresh task may be unknown for some seconds.",
        spoken_by: "CometAPI, morphogen; api.dev.runwayml.com",
        outputs_at: "`output[]`",
        calls: &[
            call(Does::Status, "GET /tasks/{id}"),
            create(
                "POST /{kind}",
                &[("promptText|promptImage|videoUri|text_prompt", ""), ("model", ""), ("@x-runway-version", "2024-11-06")],
            )
            .kinds(&["image_to_video", "text_to_video", "video_to_video", "text_to_image", "video_upscale"]),
        ],
        bodies: &[Bodies {
            name: "",
            words: &[
                ("queued", &["PENDING", "THROTTLED"]),
                ("running", &["RUNNING"]),
                ("succeeded", &["SUCCEEDED"]),
                ("failed", &["FAILED", "CANCELLED"]),
            ],
            one: r#""{task}""#,
            many: "",
            id: "{uuid}",
            samples: &[
                sample("created", r#"{"id":"{id}"}"#),
                sample("queued unknown", r#"{"id":"{id}","status":"{word}","createdAt":"{created:iso}"}"#),
                sample("running", r#"{"id":"{id}","status":"{word}","createdAt":"{created:iso}","progress":"{progress|null}"}"#),
                sample("succeeded", r#"{"id":"{id}","status":"{word}","createdAt":"{created:iso}","output":["{url}"]}"#),
                sample(
                    "failed expired",
                    r#"{"id":"{id}","status":"{word}","createdAt":"{created:iso}","failure":"{message}","failureCode":"{code}"}"#,
                ),
                NEW_API_NOT_FOUND,
                answer(400, "refused", r#"{"error":"{message}"}"#),
                sample("error", r#"{"error":"{message}"}"#),
            ],
        }],
        errors: &[
            (400, "", "Validation of body failed"),
            (401, "", "Invalid API key"),
            (429, "", "You exceeded the number of requests for this time period."),
            (500, "", "An unexpected error occurred."),
        ],
        sources: &[
            (
                "Calls, failures, the envelope",
                "https://apidoc.cometapi.com/api/video/runway/official-format/runway-to-get-task-details",
            ),
            ("Words, progress, output", "https://gpt.morphogen.top/en/video/runway/query-single.html"),
        ],
        ..Doc::PLAIN
    }
};
