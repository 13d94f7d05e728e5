//! Runway's task API.

use super::{Format, PLAIN, Results, Spec};
use crate::task::Kind;

pub(super) const SPEC: Spec = Spec {
    format: Format::Runway,
    name: "runway",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "CometAPI, morphogen; api.dev.runwayml.com",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`output[]`",
    prefixes: &["/runwayml/v1", "/v1"],
    status: &[("", "/tasks/<id>")],
    headers: &[("X-Runway-Version", "2024-11-06")],
    marks: |_, object| object.has("createdAt") && object.has("status"),
    results: &[Results { at: "output", places: &[(Kind::Video, "")] }],
    fraction: true,
    // One field for both: `1280:720`.
    create: &[
        r#"text_to_video /<kind> 0 {"model":<model>,"promptText":<prompt>,"ratio":<aspectRatio>,"ratio":<size.ratio>,"duration":<seconds:1-60>}"#,
        r#"image_to_video /<kind> 1 {"model":<model>,"promptText":<prompt>,"promptImage":<0>,"ratio":<aspectRatio>,"ratio":<size.ratio>,"duration":<seconds:1-60>}"#,
        r#"image_to_video /<kind> 2 {"model":<model>,"promptText":<prompt>,"promptImage":[{"uri":<0>,"position":"first"},{"uri":<1>,"position":"last"}],"ratio":<aspectRatio>,"ratio":<size.ratio>,"duration":<seconds:1-60>}"#,
        r#"video_to_video /<kind> 0 {"model":<model>,"promptText":<prompt>,"videoUri":<video>,"ratio":<aspectRatio>,"ratio":<size.ratio>}"#,
    ],
    ..PLAIN
};
