//! `/v1/videos/{id}`: OpenAI's video API, gone since 2026-09-24, and the relays that go on serving it.

use super::{Ask, Format, PLAIN, Spec};

pub(super) const SPEC: Spec = Spec {
    format: Format::OpenaiVideos,
    name: "openai-videos",
    #[cfg(not(target_arch = "wasm32"))]
    paths: &["/v1/videos/{id}", "/v1/videos/{id}/content"],
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "DataEyes, VectorEngine, CometAPI, new-api, LiteLLM, SGLang, vLLM-Omni, OpenRouter, xAI",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`/content`, or `video_url`, `url`, `output.url`, `metadata.url`, ...",
    status: |id, _| Ask::get(&["/v1/videos/", id.encoded]),
    content_path: Some(super::urls::content_path),
    // Its own shape is the default: a body without another's marks is read as this one.
    ..PLAIN
};
