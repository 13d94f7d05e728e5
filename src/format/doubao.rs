//! Doubao, also known as Seedance, in the form of Volcengine's Ark and BytePlus' ModelArk.

use super::{Batch, Format, PLAIN, Results, Spec};
use crate::failure::Code;
use crate::task::Kind;
use crate::text::begins;

pub(super) const SPEC: Spec = Spec {
    format: Format::Doubao,
    name: "doubao",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "new-api, aimanyi, CometAPI, apiyi; ark.cn-beijing.volces.com",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`content.video_url`, the last frame in `content.last_frame_url`",
    prefixes: &["/volc/v1", "/api/v3", "/volc/v3", "/doubao/api/v3", "/seedance/api/v3", "/ark/api/v3", "/seedance/v3"],
    status: &[("", "/contents/generations/tasks/<id>")],
    marks: |_, object| {
        object.get("id").text().is_some_and(|id| begins(id, "cgt-")) || object.at("content.video_url").text().is_some()
    },
    results: &[Results { at: "content", places: &[(Kind::Video, "video_url"), (Kind::Image, "last_frame_url")] }],
    codes: &[("ServerOverloaded", Code::RateLimited), ("QuotaExceeded", Code::InsufficientFunds)],
    create: &[
        r#"- /contents/generations/tasks 0-9 {"model":<model>,"content":[{"type":"text","text":<prompt>},<images>],"resolution":<size:480p|720p|1080p|4k>,"ratio":<aspectRatio>,"duration":<seconds:1-60>} {"type":"image_url","image_url":{"url":<url>},"role":<role>}"#,
        r#"- /contents/generations/tasks 0-9 {"model":<model>,"content":[{"type":"text","text":<prompt>},<images>,{"type":"video","video":{"url":<video>}}],"resolution":<size:480p|720p|1080p|4k>,"ratio":<aspectRatio>,"duration":<seconds:1-60>} {"type":"image_url","image_url":{"url":<url>},"role":<role>}"#,
    ],
    batch: Some(Batch {
        kind: "",
        ask: "/contents/generations/tasks?page_size=50&filter.task_ids=<id>",
        between: "&filter.task_ids=",
        paged: false,
    }),
    ..PLAIN
};
