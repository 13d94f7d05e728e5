//! MiniMax, also known as Hailuo: the first generation names a file, whose address is asked for by itself; the second an address.

use super::{Format, PLAIN, Results, Spec};
use crate::address::encode_id;
use crate::failure::Code;
use crate::task::{Kind, Status};

pub(super) const SPEC: Spec = Spec {
    format: Format::Minimax,
    name: "minimax",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "new-api, aimanyi, phanedge, yunwu; api.minimax.io",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`file.download_url` of `/v1/files/retrieve`, `task.content.url`, `data.data.file.download_url`",
    prefixes: &["/minimax", "", "/minimaxi"],
    kinds: &["v1", "v2", "template"],
    status: &[
        ("v2", "/v2/query/video_generation/<id>"),
        ("template", "/v1/query/video_template_generation?task_id=<id>"),
        ("", "/v1/query/video_generation?task_id=<id>"),
    ],
    marks: |body, object| {
        body.has("base_resp") || object.has("base_resp") || (body.get("task").is_map() && object.has("modality"))
    },
    results: &[
        Results { at: "file", places: &[(Kind::Video, "download_url|backup_download_url")] },
        Results { at: "content", places: &[(Kind::Video, "url")] },
        Results { at: "", places: &[(Kind::Video, "video_url|url")] },
    ],
    state: Some(|body, _| body.at("file.download_url").words().map(|_| Status::Succeeded)),
    codes: &[
        ("1002", Code::RateLimited),
        ("1004", Code::Auth),
        ("1008", Code::InsufficientFunds),
        ("1026", Code::Rejected),
        ("1027", Code::Rejected),
        ("2013", Code::Rejected),
        ("2049", Code::Auth),
    ],
    follow: Some(|object| {
        let file = object.get("file_id");
        let id = file.words().map(str::to_owned).or_else(|| file.whole())?;
        encode_id(&id).ok().map(|id| ["/v1/files/retrieve?file_id=", &id].concat())
    }),
    create: &[
        r#"v1 /v1/video_generation 0-2 {"model":<model>,"prompt":<prompt>,"first_frame_image":<0>,"last_frame_image":<1>,"duration":<seconds:6|10>,"resolution":<size:512P|720P|768P|1080P>}"#,
        r#"v2 /v2/video_generation 0-9 {"model":<model>,"content":[{"type":"text","text":<prompt>},<images>],"duration":<seconds:4-15>,"resolution":<size:768P|2K>,"ratio":<aspectRatio>} {"type":"image_url","image_url":{"url":<url>},"role":<role>}"#,
    ],
    ..PLAIN
};
