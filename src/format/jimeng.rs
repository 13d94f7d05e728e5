//! Jimeng, in the form of Volcengine's visual API, where a query is a POST that names the model's `req_key`; and the relays' own.

use super::{Format, PLAIN, Results, Spec};
use crate::task::{Kind, Status};
use crate::value::Value;

pub(super) const SPEC: Spec = Spec {
    format: Format::Jimeng,
    name: "jimeng",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "new-api, yunwu; visual.volcengineapi.com",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`data.video_url`, `data.image_urls[]`, `data.data.video`",
    prefixes: &["/jimeng", ""],
    // The kind is the `req_key` of the create call; `fetch` is the relays' own path.
    kinds: &["jimeng_t2v_v30", "fetch"],
    status: &[
        ("fetch", "/fetch/<id>"),
        ("", "/?Action=CVSync2AsyncGetResult&Version=2022-08-31 {\"req_key\":<\"kind>,\"task_id\":<\"id>}"),
    ],
    marks: |body, _| body.has("time_elapsed") || matches!(body.get("code"), Value::Number(code) if *code == 10_000.0),
    results: &[
        Results { at: "", places: &[(Kind::Video, "video_url|video")] },
        Results { at: "image_urls", places: &[(Kind::Image, "")] },
        Results { at: "binary_data_base64", places: &[(Kind::Image, "*")] },
    ],
    // There is no word for failed: a task is there, and a code that is not the one of success.
    state: Some(|body, object| {
        let refused = body.get("code").number().is_some_and(|code| code > 10_000.0);
        (refused && object.get("status").words().is_some()).then_some(Status::Failed)
    }),
    // Without a kind a task is of its model, by which it is asked for.
    create: &[
        r#"- /?Action=CVSync2AsyncSubmitTask&Version=2022-08-31 0-9u {"req_key":<model>,"prompt":<prompt>,"image_urls":<images.list>,"aspect_ratio":<aspectRatio>,"frames":<seconds.frames:5|10>}"#,
        r#"- /?Action=CVSync2AsyncSubmitTask&Version=2022-08-31 1-9f {"req_key":<model>,"prompt":<prompt>,"binary_data_base64":<images.list>,"aspect_ratio":<aspectRatio>,"frames":<seconds.frames:5|10>} <base64>"#,
        r#"fetch /submit/videos 0-1 {"prompt":<prompt>,"image_url":<0>,"duration":<seconds:5|10>,"aspect_ratio":<aspectRatio>}"#,
    ],
    ..PLAIN
};
