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
    ..PLAIN
};
