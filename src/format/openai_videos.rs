//! `/v1/videos/{id}`: OpenAI's video API, gone since 2026-09-24, and the relays that go on serving it.

use super::{Format, PLAIN, Spec};

pub(super) const SPEC: Spec = Spec {
    format: Format::OpenaiVideos,
    name: "openai-videos",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "DataEyes, VectorEngine, CometAPI, new-api, LiteLLM, SGLang, vLLM-Omni, OpenRouter, xAI",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`/content`, or `video_url`, `url`, `output.url`, `metadata.url`, ...",
    status: &[("", "/v1/videos/<id>")],
    content_path: Some(super::urls::content_path),
    // Its own shape is the default: a body without another's marks is read as this one.
    ..PLAIN
};
