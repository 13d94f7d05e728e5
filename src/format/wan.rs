//! Wan, in the form of Alibaba's DashScope: everything of the task is in `output`.

use super::{Ask, Format, PLAIN, Results, Spec};
use crate::failure::Code;
use crate::task::Kind;

pub(super) const SPEC: Spec = Spec {
    format: Format::Wan,
    name: "wan",
    #[cfg(not(target_arch = "wasm32"))]
    paths: &["/alibailian/api/v1/tasks/{id}", "/api/v1/tasks/{id}"],
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "yunwu-type relays, aisa; dashscope.aliyuncs.com",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`output.video_url`, `output.results[].url`",
    prefixes: &["/alibailian", "", "/wan", "/ali/bailian"],
    status: |id, _| Ask::get(&["/api/v1/tasks/", id.encoded]),
    marks: |body, object| body.at(&["output", "task_status"]).text().is_some() || object.has("gmt_create"),
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
    ..PLAIN
};
