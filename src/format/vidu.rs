//! Vidu: `/tasks/{id}/creations`.

use super::{Format, PLAIN, Results, Spec};
use crate::failure::Code;
use crate::task::Kind;

pub(super) const SPEC: Spec = Spec {
    format: Format::Vidu,
    name: "vidu",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "aiid, novapai, yutoai; api.vidu.com",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`creations[].url`, the cover in `creations[].cover_url`",
    prefixes: &["/vidu/ent/v2", "/ent/v2", "/vidu/v2"],
    status: &[("", "/tasks/<id>/creations")],
    marks: |_, object| object.has("creations") || (object.has("state") && (object.has("err_code") || object.has("payload"))),
    results: &[Results {
        at: "creations",
        places: &[(Kind::Video, "url|uri"), (Kind::Cover, "cover_url"), (Kind::Audio, "speech_url"), (Kind::Audio, "sound_url")],
    }],
    codes: &[
        ("CreditInsufficient", Code::InsufficientFunds),
        ("QuotaExceeded", Code::InsufficientFunds),
        ("TooManyRequests", Code::RateLimited),
        ("SystemThrottling", Code::RateLimited),
        ("TaskNotFound", Code::NotFound),
        ("CreationNotFound", Code::NotFound),
        ("Unauthorized", Code::Auth),
        ("Forbidden", Code::Auth),
    ],
    // What is base64 must say of which type: the vendor's page.
    create: &[
        r#"text2video /<kind> 0 {"model":<model>,"prompt":<prompt>,"duration":<seconds:1-60>,"resolution":<size>,"aspect_ratio":<aspectRatio>}"#,
        r#"img2video /<kind> 1 {"model":<model>,"prompt":<prompt>,"images":<images.list>,"duration":<seconds:1-60>,"resolution":<size>,"aspect_ratio":<aspectRatio>}"#,
        r#"start-end2video /<kind> 2 {"model":<model>,"prompt":<prompt>,"images":<images.list>,"duration":<seconds:1-60>,"resolution":<size>,"aspect_ratio":<aspectRatio>}"#,
        r#"reference2video|reference2image /<kind> 1-7 {"model":<model>,"prompt":<prompt>,"images":<images.list>,"duration":<seconds:1-60>,"resolution":<size>,"aspect_ratio":<aspectRatio>}"#,
        r#"text2audio|audio-tts /<kind> 0 {"model":<model>,"prompt":<prompt>,"duration":<seconds:1-60>}"#,
    ],
    ..PLAIN
};
