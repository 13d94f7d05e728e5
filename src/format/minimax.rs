//! MiniMax, also known as Hailuo: the first generation names a file, whose address is asked for by itself; the second an address.

use super::{Format, PLAIN, Spec};
use crate::address::encode_id;
use crate::failure::Code;
use crate::task::Status;
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Minimax,
    name: "minimax",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/minimax||/minimaxi",
    kinds: "v1|v2|template",
    status: lines![
        "v2 /v2/query/video_generation/<id>",
        "template /v1/query/video_template_generation?task_id=<id>",
        " /v1/query/video_generation?task_id=<id>"
    ],
    marks: |body, object| {
        body.has("base_resp") || object.has("base_resp") || (body.get("task").is_map() && object.has("modality"))
    },
    results: lines!["file video:download_url|backup_download_url", "content video:url", " video:video_url|url"],
    state: Some(|body, _| body.at("file.download_url").words().map(|_| Status::Succeeded)),
    codes: &[
        ("1002", Code::RateLimited),
        ("1004|2049", Code::Auth),
        ("1008", Code::InsufficientFunds),
        ("1026|1027|2013", Code::Rejected),
    ],
    follow: Some(|object| {
        let file = object.get("file_id");
        let id = file.words().map(str::to_owned).or_else(|| file.whole())?;
        encode_id(&id).ok().map(|id| ["/v1/files/retrieve?file_id=", &id].concat())
    }),
    create: lines![
        r#"v1 /v1/video_generation 02 {"model":"<model>","prompt":"<prompt>","first_frame_image":<0>,"last_frame_image":<1>,"duration":<seconds#:6|10>,"resolution":"<size?:512P|720P|768P|1080P>"}"#,
        r#"v2 /v2/video_generation 09 {"model":"<model>","content":[{"type":"text","text":"<prompt>"},<images>],"duration":<seconds#:4-15>,"resolution":"<size?:768P|2K>","ratio":"<aspectRatio?>"} {"type":"image_url","image_url":{"url":"<url>"},"role":"<role>"}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    const FIRST: Bodies = Bodies {
        name: "",
        words: &[
            ("queued", &["Queueing", "Preparing"]),
            ("running", &["Processing"]),
            ("succeeded", &["Success"]),
            ("failed", &["Fail"]),
        ],
        one: r#""{task}""#,
        many: "",
        id: "{digits:15}",
        samples: &[
            sample("created", r#"{"task_id":"{id}","base_resp":{"status_code":0,"status_msg":"success"}}"#),
            sample(
                "queued running unknown",
                r#"{"task_id":"{id}","status":"{word}","file_id":"","base_resp":{"status_code":0,"status_msg":"success"}}"#,
            ),
            sample(
                "succeeded",
                r#"{"task_id":"{id}","status":"{word}","file_id":"{file}","video_width":"{width}","video_height":"{height}","base_resp":{"status_code":0,"status_msg":"success"}}"#,
            ),
            sample(
                "failed expired",
                r#"{"task_id":"{id}","status":"{word}","base_resp":{"status_code":"{code:number|1027}","status_msg":"{message}"}}"#,
            ),
            sample(
                "file",
                r#"{"file":{"file_id":"{file:number}","bytes":0,"created_at":"{created}","filename":"output.mp4","purpose":"video_generation","download_url":"{url}"},"base_resp":{"status_code":0,"status_msg":"success"}}"#,
            ),
            // An empty word for the state beside it.
            sample(
                "not_found",
                r#"{"task_id":"","status":"","file_id":"","base_resp":{"status_code":2013,"status_msg":"invalid params, task_id not exist"}}"#,
            ),
            sample("refused", r#"{"task_id":"","base_resp":{"status_code":2013,"status_msg":"invalid params, {message}"}}"#),
            sample("error", r#"{"base_resp":{"status_code":"{code:number}","status_msg":"{message}"}}"#),
        ],
    };
    Doc {
        about: "MiniMax, also known as Hailuo. The first generation answers 200 whatever happened, with the truth in `base_resp`, and names a file whose address is asked for by itself; the second has real statuses and names an address.",
        spoken_by: "new-api, aimanyi, phanedge, yunwu; api.minimax.io",
        outputs_at: "`file.download_url` of `/v1/files/retrieve`, `task.content.url`, `data.data.file.download_url`",
        calls: &[
            call(Does::Status, "GET /v1/query/video_generation?task_id={id}"),
            call(Does::File, "GET /v1/files/retrieve?file_id={file}"),
            call(Does::Status, "GET /v1/query/video_template_generation?task_id={id}").answers("template"),
            call(Does::Status, "GET /v2/query/video_generation/{id}").answers("v2"),
            create(
                "POST /v1/video_generation",
                &[
                    ("prompt|first_frame_image|subject_reference", ""),
                    ("model", ""),
                    ("duration", "6|10"),
                    ("resolution", "512P|720P|768P|1080P"),
                ],
            ),
            create("POST /v2/video_generation", &[("content", ""), ("model", ""), ("resolution", "768P|2K")]).answers("v2"),
        ],
        bodies: &[
            FIRST,
            Bodies {
                name: "template",
                samples: &[
                    sample(
                        "queued running unknown",
                        r#"{"task_id":"{id}","status":"{word}","video_url":"","base_resp":{"status_code":0,"status_msg":"success"}}"#,
                    ),
                    sample(
                        "succeeded",
                        r#"{"task_id":"{id}","status":"{word}","video_url":"{url}","base_resp":{"status_code":0,"status_msg":"success"}}"#,
                    ),
                ],
                ..FIRST
            },
            Bodies {
                name: "v2",
                words: &[
                    ("queued", &["queued"]),
                    ("running", &["running"]),
                    ("succeeded", &["succeeded"]),
                    ("failed", &["failed", "cancelled"]),
                ],
                one: r#"{"task":"{task}"}"#,
                samples: &[
                    sample("created", r#"{"task_id":"{id}"}"#),
                    sample(
                        "queued running unknown",
                        r#"{"id":"{id}","model":"{model}","status":"{word}","created_at":"{created}","updated_at":"{updated}","resolution":"2K","duration":5,"ratio":"16:9","task_type":"generation","modality":"video"}"#,
                    ),
                    sample(
                        "succeeded",
                        r#"{"id":"{id}","model":"{model}","status":"{word}","created_at":"{created}","updated_at":"{updated}","content":{"url":"{url}"},"resolution":"2K","duration":5,"usage":{"total_seconds":5},"ratio":"16:9","task_type":"generation","modality":"video"}"#,
                    ),
                    sample(
                        "failed expired",
                        r#"{"id":"{id}","model":"{model}","status":"{word}","error":{"code":"{code}","message":"{message}"},"created_at":"{created}","updated_at":"{updated}","task_type":"generation","modality":"video"}"#,
                    ),
                    answer(
                        400,
                        "not_found",
                        r#"{"type":"error","error":{"type":"bad_request_error","message":"invalid task_id (2013)","http_code":"400"},"request_id":"{request}"}"#,
                    ),
                    answer(
                        400,
                        "refused",
                        r#"{"type":"error","error":{"type":"bad_request_error","message":"{message} (2013)","http_code":"400"},"request_id":"{request}"}"#,
                    ),
                    sample(
                        "error",
                        r#"{"type":"error","error":{"type":"{type}","message":"{message}","http_code":"{http}"},"request_id":"{request}"}"#,
                    ),
                ],
                ..FIRST
            },
        ],
        errors: &[
            (401, "1004", "login fail: Please carry the API secret key in the 'Authorization' field of the request header"),
            (402, "1008", "insufficient balance"),
            (429, "1002", "rate limit exceeded"),
        ],
        sources: &[
            ("Query and words", "https://platform.minimax.io/docs/api-reference/video-generation-query"),
            ("The file's address", "https://platform.minimaxi.com/docs/api-reference/video-generation-download.md"),
            ("Request fields and codes", "https://github.com/QuantumNous/new-api (relay/channel/task/hailuo)"),
            ("Templates", "https://platform.minimax.io/docs/api-reference/video-agent-query"),
            ("Second generation", "https://platform.minimaxi.com/docs/api-reference/video-generation-v2-query.md"),
            ("A relay's paths", "https://doc.aimanyi.top/api-327360871.html"),
            ("200 with a refusal inside", "https://github.com/LnYo-Cly/ai4j/pull/272"),
        ],
        ..Doc::PLAIN
    }
};
