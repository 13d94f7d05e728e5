//! Kling: `/v1/videos/{kind}/{id}`, and the generation of 2026 on `/tasks`. Relays answer with bodies of their own on the same paths.

use super::{Format, PLAIN, Results, Spec};
use crate::failure::Code;
use crate::task::Kind;

pub(super) const SPEC: Spec = Spec {
    format: Format::Kling,
    name: "kling",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "new-api, aimanyi, Kapon, crazyrouter; api-singapore.klingai.com",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`data.task_result.videos[].url`, `outputs[].url`, or as in a relay's envelope",
    prefixes: &["/kling", ""],
    kinds: &["text2video", "image2video", "omni-video", "multi-image2video", "tasks"],
    // Images stand beside the videos: `images/generations`.
    status: &[("tasks", "/tasks?task_ids=<id>"), ("images/", "/v1/<kind>/<id>"), ("", "/v1/videos/<kind>/<id>")],
    marks: |body, object| {
        (object.has("task_status") && !body.get("output").is_map())
            || (body.has("code") && !object.get("outputs").list().is_empty())
    },
    results: &[
        Results { at: "task_result.videos", places: &[(Kind::Video, "url")] },
        Results { at: "task_result.images", places: &[(Kind::Image, "url")] },
        Results { at: "task_result.series_images", places: &[(Kind::Image, "url")] },
        Results { at: "outputs", places: &[(Kind::Video, "url|mp3_url")] },
    ],
    // In arrears, or a pack used up: no pause helps, though the HTTP status is 429.
    codes: &[("1100", Code::InsufficientFunds), ("1101", Code::InsufficientFunds), ("1102", Code::InsufficientFunds)],
    ..PLAIN
};
