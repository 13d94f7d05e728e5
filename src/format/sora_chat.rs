//! `/v1/chat/completions`: the video is a link at the end of a conversation. There is no task route: a task that the text
//! names is known, if at all, on the routes that `auto` tries.

use super::{Format, PLAIN, Spec};
use crate::text::begins;

pub(super) const SPEC: Spec = Spec {
    format: Format::SoraChat,
    name: "sora-chat",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "DataEyes, v98store, 22codex, Apertis, AnyFast, sora2api, flow2api",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "a link or `<video src>` in the text, or `delta.output[0].url`",
    marks: |body, _| body.get("object").text().is_some_and(|kind| begins(kind, "chat.completion")),
    create: &[
        r#"- /v1/chat/completions 0 {"model":<model>,"messages":[{"role":"user","content":<prompt>}],"stream":true}"#,
        r#"- /v1/chat/completions 1-9 {"model":<model>,"messages":[{"role":"user","content":[{"type":"text","text":<prompt>},<images>]}],"stream":true} {"type":"image_url","image_url":{"url":<url>}}"#,
        // Going on from a clip.
        r#"- /v1/chat/completions 0-9 {"model":<model>,"messages":[{"role":"user","content":[{"type":"text","text":<prompt>},<images>,{"type":"video_url","video_url":{"url":<video>}}]}],"stream":true} {"type":"image_url","image_url":{"url":<url>}}"#,
    ],
    ..PLAIN
};
