//! Suno's songs, in the form that relays made of them: a task around a list of clips.

use super::{Batch, Format, PLAIN, Results, Spec};
use crate::task::Kind;

pub(super) const SPEC: Spec = Spec {
    format: Format::Suno,
    name: "suno",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "new-api, Suno-API",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`data.data[]`: `audio_url`, `image_url`, `video_url`",
    prefixes: &["/suno"],
    status: &[("", "/fetch/<id>")],
    marks: |_, object| {
        let clips = object.get("data").list().first().is_some_and(|clip| clip.has("audio_url"));
        clips || matches!(object.get("action").text(), Some("MUSIC" | "LYRICS"))
    },
    results: &[Results {
        at: "data",
        places: &[
            (Kind::Audio, "audio_url|cld2AudioUrl"),
            (Kind::Cover, "image_url|image_large_url"),
            (Kind::Video, "video_url"),
        ],
    }],
    // In `custom` the prompt is the words of the song; its title and tags go into `extra`.
    create: &[
        r#"music /submit/music 0 {"gpt_description_prompt":<prompt>,"mv":<model>}"#,
        r#"custom /submit/music 0 {"prompt":<prompt>,"mv":<model>}"#,
        r#"music|custom /submit/music 0 {"prompt":<prompt>,"mv":<model>,"continue_clip_id":<video>}"#,
        r#"lyrics /submit/lyrics 0 {"prompt":<prompt>}"#,
    ],
    batch: Some(Batch { kind: "", ask: "/fetch {\"ids\":[<id>]}", between: ",", paged: false }),
    ..PLAIN
};
