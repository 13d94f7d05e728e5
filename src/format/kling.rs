//! Kling: `/v1/videos/{kind}/{id}`, and the generation of 2026 on `/tasks`. Relays answer with bodies of their own on the same paths.

use super::{Batch, Format, PLAIN, Results, Spec};
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
    // Images are base64 without the head of a data: URL. The generation of 2026 has the model in its path.
    create: &[
        r#"text2video /v1/videos/<kind> 0 {"model_name":<model>,"prompt":<prompt>,"duration":<seconds.text:3-15>,"aspect_ratio":<aspectRatio:16:9|9:16|1:1>}"#,
        r#"image2video /v1/videos/<kind> 1-2 {"model_name":<model>,"prompt":<prompt>,"image":<0>,"image_tail":<1>,"duration":<seconds.text:3-15>,"aspect_ratio":<aspectRatio:16:9|9:16|1:1>} <base64>"#,
        r#"multi-image2video /v1/videos/<kind> 1-4 {"model_name":<model>,"prompt":<prompt>,"image_list":<images.list>,"duration":<seconds.text:3-15>,"aspect_ratio":<aspectRatio:16:9|9:16|1:1>} {"image":<base64>}"#,
        r#"omni-video /v1/videos/<kind> 0-4 {"model_name":<model>,"prompt":<prompt>,"image_list":<images.list>,"duration":<seconds.text:3-15>,"aspect_ratio":<aspectRatio:16:9|9:16|1:1>} {"image_url":<base64>}"#,
        r#"video-extend /v1/videos/<kind> 0 {"video_id":<video>,"prompt":<prompt>}"#,
        r#"effects|lip-sync|advanced-lip-sync|motion-control /v1/videos/<kind> 0-2 {"model_name":<model>,"prompt":<prompt>,"image":<0>,"image_tail":<1>,"duration":<seconds.text:3-15>,"aspect_ratio":<aspectRatio:16:9|9:16|1:1>} <base64>"#,
        r#"videos/avatar/image2video|images/generations|images/kolors-virtual-try-on|images/omni-image /v1/<kind> 0-1 {"model_name":<model>,"prompt":<prompt>,"image":<0>,"aspect_ratio":<aspectRatio>} <base64>"#,
        r#"tasks /text-to-video/<model> 0 {"prompt":<prompt>,"settings":{"resolution":<size>,"aspect_ratio":<aspectRatio:16:9|9:16|1:1>,"duration":<seconds:3-15>}}"#,
        r#"tasks /image-to-video/<model> 1-4 {"contents":[{"type":"text","text":<prompt>},<images>],"settings":{"resolution":<size>,"aspect_ratio":<aspectRatio:16:9|9:16|1:1>,"duration":<seconds:3-15>}} {"type":"image","url":<base64>}"#,
    ],
    batch: Some(Batch { kind: "tasks", ask: "/tasks?task_ids=<id>", between: ",", paged: false }),
    ..PLAIN
};
