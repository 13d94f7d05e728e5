//! `/v1/video/generations/{id}`: the open-source relay new-api and its many deployments.

use super::{Format, PLAIN, Spec};

pub(super) const SPEC: Spec = Spec {
    format: Format::NewapiGenerations,
    name: "newapi-generations",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "new-api and its deployments, flatkey, mixroute, crazyrouter, CometAPI",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`data.result_url`, `data.fail_reason`, inside `data.data`, else `/content`",
    status: &[("", "/v1/video/generations/<id>")],
    content_path: Some(super::urls::content_path),
    marks: |body, _| (body.has("code") && body.has("data")) || body.has("fail_reason"),
    // Its adaptors read one image in one place, several in another: relay/common/relay_utils.go.
    create: &[
        r#"- /v1/video/generations 0-1 {"model":<model>,"prompt":<prompt>,"image":<0>,"duration":<seconds:1-60>,"size":<size>,"metadata":{"aspect_ratio":<aspectRatio>}}"#,
        r#"- /v1/video/generations 2-9 {"model":<model>,"prompt":<prompt>,"images":<images.list>,"duration":<seconds:1-60>,"size":<size>,"metadata":{"aspect_ratio":<aspectRatio>}}"#,
    ],
    ..PLAIN
};
