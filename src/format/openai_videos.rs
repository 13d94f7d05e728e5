//! `/v1/videos/{id}`: OpenAI's video API, gone since 2026-09-24, and the relays that go on serving it.

use super::{Format, PLAIN, Spec};
use crate::create::Ways;

pub(super) const SPEC: Spec = Spec {
    format: Format::OpenaiVideos,
    name: "openai-videos",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "DataEyes, VectorEngine, CometAPI, new-api, LiteLLM, SGLang, vLLM-Omni, OpenRouter, xAI",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`/content`, or `video_url`, `url`, `output.url`, `metadata.url`, ...",
    status: &[("", "/v1/videos/<id>")],
    content_path: Some(super::urls::content_path),
    create: &[
        r#"- /v1/videos 0 {"model":<model>,"prompt":<prompt>,"seconds":<seconds.text:1-60>,"size":<aspectRatio.size:16:9|9:16>,"size":<size>}"#,
        r#"- /v1/videos 1f {"model":<model>,"prompt":<prompt>,"seconds":<seconds.text:1-60>,"size":<aspectRatio.size:16:9|9:16>,"size":<size>,"input_reference":<0>} <file>"#,
        r#"- /v1/videos 1 {"model":<model>,"prompt":<prompt>,"seconds":<seconds.text:1-60>,"size":<aspectRatio.size:16:9|9:16>,"size":<size>,"input_reference":{"image_url":<0>}}"#,
    ],
    // Its own shape is the default: a body without another's marks is read as this one.
    ..PLAIN
};

/// What else the API has, by the name of the call. A clip is named by its id, or is a file.
pub const VIDEOS: Ways = &[
    r#"remix /v1/videos/<video>/remix 0 {"prompt":<prompt>}"#,
    r#"edit /v1/videos/edits 1f {"video":<0>,"prompt":<prompt>} <file>"#,
    r#"edit /v1/videos/edits 0 {"video":{"id":<video>},"prompt":<prompt>}"#,
    r#"extend /v1/videos/extensions 1f {"video":<0>,"prompt":<prompt>,"seconds":<seconds.text:4|8|12|16|20>} <file>"#,
    r#"extend /v1/videos/extensions 0 {"video":{"id":<video>},"prompt":<prompt>,"seconds":<seconds.text:4|8|12|16|20>}"#,
    r#"createCharacter /v1/videos/characters 1f {"name":<name>,"video":<0>} <file>"#,
    "getCharacter GET/v1/videos/characters/<video> 0 ",
    "list GET/v1/videos?limit=<limit:0-100>&order=<order:asc|desc>&after=<after> 0 ",
    "remove DELETE/v1/videos/<video> 0 ",
];
