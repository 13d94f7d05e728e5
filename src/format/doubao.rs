//! Doubao, also known as Seedance, in the form of Volcengine's Ark and BytePlus' ModelArk.

use super::{Batch, Format, PLAIN, Spec};
use crate::failure::Code;
use crate::text::{begins, lines};

pub(super) const SPEC: Spec = Spec {
    format: Format::Doubao,
    name: "doubao",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/volc/v1|/api/v3|/volc/v3|/doubao/api/v3|/seedance/api/v3|/ark/api/v3|/seedance/v3",
    status: " /contents/generations/tasks/<id>",
    marks: |_, object| {
        object.get("id").text().is_some_and(|id| begins(id, "cgt-")) || object.at("content.video_url").text().is_some()
    },
    results: "content video:video_url image:last_frame_url",
    codes: &[("ServerOverloaded", Code::RateLimited), ("QuotaExceeded", Code::InsufficientFunds)],
    create: lines![
        r#"- /contents/generations/tasks 09 {"model":"<model>","content":[{"type":"text","text":"<prompt>"},<images>],"resolution":"<size?:480p|720p|1080p|4k>","ratio":"<aspectRatio?>","duration":<seconds#:1-60>} {"type":"image_url","image_url":{"url":"<url>"},"role":"<role>"}"#,
        r#"- /contents/generations/tasks 09 {"model":"<model>","content":[{"type":"text","text":"<prompt>"},<images>,{"type":"video","video":{"url":"<video>"}}],"resolution":"<size?:480p|720p|1080p|4k>","ratio":"<aspectRatio?>","duration":<seconds#:1-60>} {"type":"image_url","image_url":{"url":"<url>"},"role":"<role>"}"#,
    ],
    batch: Some(Batch {
        kind: "",
        ask: "/contents/generations/tasks?page_size=50&filter.task_ids=<id>",
        between: "&filter.task_ids=",
        paged: false,
    }),
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "Doubao, also known as Seedance, in the form of Volcengine's Ark and BytePlus' ModelArk. A create call answers with the id and nothing else; times are in seconds; an address is good for 24 hours.",
        spoken_by: "new-api, aimanyi, CometAPI, apiyi; ark.cn-beijing.volces.com",
        outputs_at: "`content.video_url`, the last frame in `content.last_frame_url`",
        calls: &[
            call(Does::Status, "GET /contents/generations/tasks/{id}"),
            call(Does::Many, "GET /contents/generations/tasks?filter.task_ids={ids}"),
            create("POST /contents/generations/tasks", &[("content", ""), ("model", ""), ("resolution", "480p|720p|1080p|4k")]),
            call(Does::List, "GET /contents/generations/tasks"),
        ],
        bodies: &[Bodies {
            name: "",
            words: &[
                ("queued", &["queued"]),
                ("running", &["running"]),
                ("succeeded", &["succeeded"]),
                ("failed", &["failed", "cancelled"]),
                ("expired", &["expired"]),
            ],
            one: r#""{task}""#,
            many: r#"{"total":"{count}","items":"{tasks}"}"#,
            id: "cgt-{stamp}-{hex:5}",
            samples: &[
                sample("created", r#"{"id":"{id}"}"#),
                sample(
                    "queued running unknown",
                    r#"{"id":"{id}","model":"{model}","status":"{word}","created_at":"{created}","updated_at":"{updated}","service_tier":"default","execution_expires_after":172800}"#,
                ),
                sample(
                    "succeeded",
                    r#"{"id":"{id}","model":"{model}","status":"{word}","error":null,"content":{"video_url":"{url}","last_frame_url":"{image}"},"usage":{"completion_tokens":108900,"total_tokens":108900},"created_at":"{created}","updated_at":"{updated}","resolution":"720p","duration":5,"ratio":"16:9","framespersecond":24}"#,
                ),
                sample(
                    "failed",
                    r#"{"id":"{id}","model":"{model}","status":"{word}","error":{"code":"{code}","message":"{message}"},"created_at":"{created}","updated_at":"{updated}"}"#,
                ),
                sample(
                    "expired",
                    r#"{"id":"{id}","model":"{model}","status":"{word}","created_at":"{created}","updated_at":"{updated}"}"#,
                ),
                answer(
                    404,
                    "not_found",
                    r#"{"error":{"code":"ResourceNotFound","message":"The specified task {id} is not found.","param":"","type":"NotFound"}}"#,
                ),
                answer(
                    400,
                    "refused",
                    r#"{"error":{"code":"InvalidParameter","message":"{message}","param":"{field}","type":"BadRequest"}}"#,
                ),
                sample("error", r#"{"error":{"code":"{code}","message":"{message}","param":"","type":"{type}"}}"#),
            ],
        }],
        errors: &[
            (400, "InvalidParameter", "The request is invalid."),
            (429, "ServerOverloaded", "The service is currently unable to handle additional requests due to server overload."),
            (500, "InternalServiceError", "The service encountered an unexpected internal error."),
        ],
        sources: &[
            ("Calls and words", "https://docs.ai-tokenhub.com/en/api-guides/Query-video-generation-task"),
            ("The answer", "https://ai.byteplus.com/ark/region:ap-southeast-1/docs/ModelArk/video-generation-tutorial"),
            ("Request fields", "https://github.com/QuantumNous/new-api (relay/channel/task/doubao/adaptor.go)"),
            (
                "Relay paths",
                "https://doc.aimanyi.top/api-350883332.html and https://cometapi.mintlify.app/ar/api/video/bytedance/bytedance-video-get",
            ),
            ("The last frame", "https://docs.aiid.edu.kg/api-reference/"),
        ],
        ..Doc::PLAIN
    }
};
