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
    ..PLAIN
};
