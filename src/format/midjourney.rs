//! Midjourney, in the form of midjourney-proxy.

use super::{Batch, Format, PLAIN, Results, Spec};
use crate::task::Kind;

pub(super) const SPEC: Spec = Spec {
    format: Format::Midjourney,
    name: "midjourney",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "new-api, deerapi, midjourney-proxy",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`imageUrl`, `imageUrls[].url`, `videoUrl`, `videoUrls[].url`",
    prefixes: &["/mj"],
    status: &[("", "/task/<id>/fetch")],
    marks: |_, object| object.has("imageUrl") || object.has("promptEn") || (object.has("description") && object.has("result")),
    results: &[
        Results { at: "videoUrls", places: &[(Kind::Video, "url|")] },
        Results { at: "", places: &[(Kind::Video, "videoUrl"), (Kind::Image, "imageUrl")] },
        Results { at: "imageUrls", places: &[(Kind::Image, "url|")] },
    ],
    // What has no field of its own is a part of the prompt.
    create: &[
        r#"imagine /submit/imagine 0-9 {"prompt":"<images.urls><prompt.part><aspectRatio.ar>","base64Array":<images.files>,"botType":<model.bot>}"#,
        r#"blend /submit/blend 2-5f {"base64Array":<images.list>,"botType":<model.bot>}"#,
        r#"describe /submit/describe 1f {"base64":<0>,"botType":<model.bot>}"#,
        r#"shorten|action|change|simple-change|modal|edits|video /submit/<kind> 0 {"prompt":<prompt>,"botType":<model.bot>}"#,
    ],
    batch: Some(Batch { kind: "", ask: "/task/list-by-condition {\"ids\":[<id>]}", between: ",", paged: false }),
    ..PLAIN
};
