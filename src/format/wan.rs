//! Wan, in the form of Alibaba's DashScope: everything of the task is in `output`.

use super::{Batch, Format, PLAIN, Results, Spec};
use crate::failure::Code;
use crate::task::Kind;

pub(super) const SPEC: Spec = Spec {
    format: Format::Wan,
    name: "wan",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "yunwu-type relays, aisa; dashscope.aliyuncs.com",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`output.video_url`, `output.results[].url`",
    prefixes: &["/alibailian", "", "/wan", "/ali/bailian"],
    status: &[("", "/api/v1/tasks/<id>")],
    marks: |body, object| body.at("output.task_status").text().is_some() || object.has("gmt_create"),
    results: &[
        Results { at: "", places: &[(Kind::Video, "video_url")] },
        Results { at: "results", places: &[(Kind::Image, "url")] },
        Results { at: "choices.message.content", places: &[(Kind::Image, "image_url|image")] },
    ],
    codes: &[
        ("Arrearage", Code::InsufficientFunds),
        ("Throttling", Code::RateLimited),
        ("Throttling.RateQuota", Code::RateLimited),
        ("InvalidApiKey", Code::Auth),
    ],
    create: &[
        r#"- /api/v1/services/aigc/video-generation/video-synthesis 0-1 {"model":<model>,"input":{"prompt":<prompt>,"img_url":<0>},"parameters":{"size":<size.pixels>,"resolution":<size.resolution>,"duration":<seconds:1-60>}}"#,
        r#"- /api/v1/services/aigc/image2video/video-synthesis 2 {"model":<model>,"input":{"prompt":<prompt>,"first_frame_url":<0>,"last_frame_url":<1>},"parameters":{"size":<size.pixels>,"resolution":<size.resolution>,"duration":<seconds:1-60>}}"#,
    ],
    create_headers: &[("X-DashScope-Async", "enable")],
    batch: Some(Batch { kind: "", ask: "/api/v1/tasks/?<kind>&page_size=100", between: "", paged: true }),
    ..PLAIN
};
