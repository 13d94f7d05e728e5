//! Luma's Dream Machine.

use super::{Batch, Format, PLAIN, Results, Spec};
use crate::task::Kind;

/// `video.url` may carry a watermark that the two before it do not.
const PLACES: &[(Kind, &str)] = &[
    (Kind::Video, "video.download_url|video_raw.url|video.url|assets.video"),
    (Kind::Cover, "thumbnail.url|video.thumbnail|assets.image"),
    (Kind::Image, "last_frame.url"),
];

pub(super) const SPEC: Spec = Spec {
    format: Format::Luma,
    name: "luma",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "v98store, yutoai, apiai",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`video.download_url`, `video_raw.url`, `video.url`; `thumbnail.url`, `last_frame.url`; the same in `artifact`",
    prefixes: &["/luma", "/dream-machine/v1"],
    status: &[("", "/generations/<id>")],
    marks: |_, object| {
        object.has("queue_state") || object.get("artifact").is_map() || (object.has("state") && object.has("video"))
    },
    results: &[Results { at: "", places: PLACES }, Results { at: "artifact", places: PLACES }],
    create: &[
        r#"- /generations 0-2 {"user_prompt":<prompt>,"model":<model>,"image_url":<0>,"image_end_url":<1>,"aspect_ratio":<aspectRatio>}"#,
        r#"- /generations/<video>/extend 0-2 {"user_prompt":<prompt>,"model":<model>,"image_url":<0>,"image_end_url":<1>,"aspect_ratio":<aspectRatio>}"#,
    ],
    batch: Some(Batch { kind: "", ask: "/tasks {\"ids\":[<id>]}", between: ",", paged: false }),
    ..PLAIN
};
