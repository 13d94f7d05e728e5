//! Vidu: `/tasks/{id}/creations`.

use super::{Format, PLAIN, Spec};
use crate::failure::Code;
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Vidu,
    name: "vidu",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/vidu/ent/v2|/ent/v2|/vidu/v2",
    status: " /tasks/<id>/creations",
    marks: |_, object| object.has("creations") || (object.has("state") && (object.has("err_code") || object.has("payload"))),
    results: "creations video:url|uri cover:cover_url audio:speech_url audio:sound_url",
    codes: &[
        ("CreditInsufficient|QuotaExceeded", Code::InsufficientFunds),
        ("TooManyRequests|SystemThrottling", Code::RateLimited),
        ("TaskNotFound|CreationNotFound", Code::NotFound),
        ("Unauthorized|Forbidden", Code::Auth),
    ],
    // What is base64 must say of which type: the vendor's page.
    create: lines![
        r#"text2video /<kind> 00 {"model":"<model>","prompt":"<prompt>","duration":<seconds#:1-60>,"resolution":"<size?>","aspect_ratio":"<aspectRatio?>"}"#,
        r#"img2video /<kind> 11 {"model":"<model>","prompt":"<prompt>","images":[<images>],"duration":<seconds#:1-60>,"resolution":"<size?>","aspect_ratio":"<aspectRatio?>"}"#,
        r#"start-end2video /<kind> 22 {"model":"<model>","prompt":"<prompt>","images":[<images>],"duration":<seconds#:1-60>,"resolution":"<size?>","aspect_ratio":"<aspectRatio?>"}"#,
        r#"reference2video|reference2image /<kind> 17 {"model":"<model>","prompt":"<prompt>","images":[<images>],"duration":<seconds#:1-60>,"resolution":"<size?>","aspect_ratio":"<aspectRatio?>"}"#,
        r#"text2audio|audio-tts /<kind> 00 {"model":"<model>","prompt":"<prompt>","duration":<seconds#:1-60>}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "Vidu's own API. The key goes in as a Bearer at relays, as `Token` at the vendor. No progress and no times while a task runs; a failure is one word, without a message.",
        spoken_by: "aiid, novapai, yutoai; api.vidu.com",
        outputs_at: "`creations[].url`, the cover in `creations[].cover_url`",
        calls: &[
            call(Does::Status, "GET /tasks/{id}/creations"),
            create("POST /{kind}", &[("prompt|images", ""), ("model", "")]).kinds(&[
                "text2video",
                "img2video",
                "start-end2video",
                "reference2video",
                "reference2image",
                "text2audio",
                "audio-tts",
            ]),
        ],
        bodies: &[Bodies {
            name: "",
            words: &[
                ("queued", &["queueing", "created"]),
                ("running", &["processing"]),
                ("succeeded", &["success"]),
                ("failed", &["failed"]),
            ],
            one: r#""{task}""#,
            many: "",
            id: "{digits:18}",
            samples: &[
                sample(
                    "created",
                    r#"{"task_id":"{id}","state":"created","model":"{model}","prompt":"{prompt|}","duration":5,"seed":1024,"resolution":"1080p","bgm":false,"movement_amplitude":"auto","payload":"","created_at":"{created:iso}"}"#,
                ),
                sample(
                    "queued running unknown",
                    r#"{"id":"{id}","state":"{word}","err_code":"","credits":0,"payload":"","bgm":false,"off_peak":false,"creations":[]}"#,
                ),
                sample(
                    "succeeded",
                    r#"{"id":"{id}","state":"{word}","err_code":"","credits":4,"payload":"","bgm":false,"off_peak":false,"creations":[{"id":"{row}","url":"{url}","cover_url":"{cover}","watermarked_url":""}]}"#,
                ),
                sample(
                    "failed expired",
                    r#"{"id":"{id}","state":"{word}","err_code":"{code|CreationPolicyViolation}","credits":0,"payload":"","creations":[]}"#,
                ),
                answer(
                    404,
                    "not_found",
                    r#"{"code":404,"reason":"TaskNotFound","message":"","metadata":{"trace_id":"{hex:8}"}}"#,
                ),
                answer(
                    400,
                    "refused",
                    r#"{"code":400,"reason":"FieldInvalid","message":"{message}","metadata":{"trace_id":"{hex:8}"}}"#,
                ),
                sample("error", r#"{"code":"{http}","reason":"{code}","message":"{message}","metadata":{"trace_id":"{hex:8}"}}"#),
            ],
        }],
        errors: &[
            (400, "BadRequest", ""),
            (401, "Unauthorized", ""),
            (402, "CreditInsufficient", ""),
            (429, "TooManyRequests", ""),
            (500, "InternalServiceFailure", ""),
        ],
        sources: &[
            ("Query, words, life of an address", "https://platform.vidu.com/docs/get-generation"),
            ("Create", "https://github.com/QuantumNous/new-api (relay/channel/task/vidu/adaptor.go)"),
            (
                "Relay paths",
                "https://docs.aiid.edu.kg/api-reference/en/video-generation-vidu/query-tasksvidu and https://docs.yutoai.net/en/api/api-374481817.html",
            ),
        ],
        ..Doc::PLAIN
    }
};
