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
    ..PLAIN
};
