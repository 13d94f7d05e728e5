//! `/v1/video/query?id=`: the format that yunwu-style relays call unified. DataEyes answers `/v1/videos/{id}` in it, too.

use super::{Format, PLAIN, Spec};

pub(super) const SPEC: Spec = Spec {
    format: Format::UnifiedVideo,
    name: "unified-video",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "yunwu, VectorEngine, chainhub, lnapi, Apertis, crazyrouter, octopusx; DataEyes on `/v1/videos/{id}`",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`video_url`, else `detail.url`",
    status: &[("", "/v1/video/query?id=<id>")],
    // These relays serve OpenAI's path beside their own.
    content_path: Some(super::urls::content_path),
    marks: |body, _| body.has("status_update_time") || body.get("detail").is_map(),
    create: &[
        r#"- /v1/video/create 0-9 {"model":<model>,"prompt":<prompt>,"images":[<images>],"duration":<seconds:1-60>,"size":<size>,"aspect_ratio":<aspectRatio>,"orientation":<aspectRatio.orientation>}"#,
    ],
    ..PLAIN
};
