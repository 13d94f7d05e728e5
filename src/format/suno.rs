//! Suno's songs, in the form that relays made of them: a task around a list of clips.

use super::{Batch, Format, PLAIN, Spec};
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Suno,
    name: "suno",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/suno",
    status: " /fetch/<id>",
    marks: |_, object| {
        let clips = object.get("data").list().first().is_some_and(|clip| clip.has("audio_url"));
        clips || matches!(object.get("action").text(), Some("MUSIC" | "LYRICS"))
    },
    results: "data audio:audio_url|cld2AudioUrl cover:image_url|image_large_url video:video_url",
    // In `custom` the prompt is the words of the song; its title and tags go into `extra`.
    create: lines![
        r#"music /submit/music 00 {"gpt_description_prompt":"<prompt>","mv":"<model>"}"#,
        r#"custom /submit/music 00 {"prompt":"<prompt>","mv":"<model>"}"#,
        r#"music /submit/music 00 {"prompt":"<prompt>","mv":"<model>","continue_clip_id":"<video>"}"#,
        r#"custom /submit/music 00 {"prompt":"<prompt>","mv":"<model>","continue_clip_id":"<video>"}"#,
        r#"lyrics /submit/lyrics 00 {"prompt":"<prompt>"}"#,
    ],
    batch: Some(Batch { kind: "", ask: "/fetch {\"ids\":[<id>]}", between: ",", paged: false }),
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "Suno's songs, in the form that relays made of them: a task around a list of clips, two as a rule. Progress is a percentage as text, 100% on failure too; times are in seconds.",
        spoken_by: "new-api, Suno-API",
        outputs_at: "`data.data[]`: `audio_url`, `image_url`, `video_url`",
        calls: &[
            call(Does::Status, "GET /fetch/{id}"),
            call(Does::Many, "POST /fetch").with(r#"{"ids":"{ids}"}"#),
            create("POST /submit/{kind}", &[("prompt|gpt_description_prompt", "")]).kinds(&["music", "lyrics"]),
        ],
        bodies: &[Bodies {
            name: "",
            words: NEW_API_WORDS,
            one: NEW_API_ONE,
            many: r#"{"code":"success","message":"","data":"{tasks}"}"#,
            id: "{uuid}",
            samples: &[
                sample("created", r#"{"code":"success","message":"","data":"{id}"}"#),
                sample(
                    "queued unknown",
                    r#"{"task_id":"{id}","action":"MUSIC","status":"{word}","fail_reason":"","submit_time":"{created}","start_time":"{started|0}","finish_time":0,"progress":"{percent|0}%","data":null}"#,
                ),
                // A live stream that may be cut short: no output yet.
                sample(
                    "running",
                    r#"{"task_id":"{id}","action":"MUSIC","status":"{word}","fail_reason":"","submit_time":"{created}","start_time":"{started|0}","finish_time":0,"progress":"{percent|50}%","data":[{"id":"{row}","status":"streaming","title":"City Lights","audio_url":"https://audiopipe.example/?item_id={row}","image_url":"","video_url":"","metadata":{"duration":null,"error_type":null,"error_message":null}}]}"#,
                ),
                sample(
                    "succeeded",
                    r#"{"task_id":"{id}","action":"MUSIC","status":"{word}","fail_reason":"","submit_time":"{created}","start_time":"{started|0}","finish_time":"{finished}","progress":"100%","data":[{"id":"{row}-1","title":"City Lights","tags":"emotional punk","mv":"{model}","status":"complete","duration":219,"audio_url":"{audio}","image_url":"{cover}","video_url":"{url}"},{"id":"{row}-2","title":"City Lights","tags":"emotional punk","mv":"{model}","status":"complete","duration":201,"audio_url":"{audio:2}","image_url":"{cover:2}","video_url":"{url:2}"}]}"#,
                ),
                sample(
                    "failed expired",
                    r#"{"task_id":"{id}","action":"MUSIC","status":"{word}","fail_reason":"{message}","submit_time":"{created}","start_time":"{started|0}","finish_time":"{finished}","progress":"100%","data":null}"#,
                ),
                NEW_API_NOT_FOUND,
                NEW_API_REFUSED,
                NEW_API_ERROR,
            ],
        }],
        errors: &[
            (400, "invalid_request", "prompt_empty"),
            (403, "quota_not_enough", "user quota is not enough"),
            (429, "fail_to_fetch_task", "当前分组上游负载已饱和，请稍后再试"),
            (500, "get_channel_failed", "the model is temporarily unavailable, please try again later"),
        ],
        sources: &[
            (
                "Calls",
                "https://github.com/QuantumNous/new-api (router/relay-router.go) and https://github.com/Suno-API/Suno-API (router.go)",
            ),
            (
                "Request fields and refusals",
                "https://github.com/QuantumNous/new-api (relay/channel/task/suno/adaptor.go, dto/suno.go)",
            ),
            ("Answers", "https://apiai.apifox.cn/project-4287160/api-195997543 and https://xiaotian.apifox.cn/api-230451836"),
            ("Clip states", "https://github.com/gcui-art/suno-api (src/lib/SunoApi.ts)"),
        ],
        ..Doc::PLAIN
    }
};
