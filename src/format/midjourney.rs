//! Midjourney, in the form of midjourney-proxy.

use super::{Format, PLAIN, Results, Spec};
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
    ..PLAIN
};
