//! Wan, in the form of Alibaba's DashScope: everything of the task is in `output`.

use super::{Batch, Format, PLAIN, Spec};
use crate::failure::Code;
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Wan,
    name: "wan",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/alibailian||/wan|/ali/bailian",
    status: " /api/v1/tasks/<id>",
    marks: |body, object| body.at("output.task_status").text().is_some() || object.has("gmt_create"),
    results: lines![" video:video_url", "results image:url", "choices.message.content image:image_url|image"],
    codes: &[
        ("Arrearage", Code::InsufficientFunds),
        ("Throttling|Throttling.RateQuota", Code::RateLimited),
        ("InvalidApiKey", Code::Auth),
    ],
    create: lines![
        r#"- /api/v1/services/aigc/video-generation/video-synthesis 01 {"model":"<model>","input":{"prompt":"<prompt>","img_url":<0>},"parameters":{"size":"<size?.x>","resolution":"<size?.level>","duration":<seconds#:1-60>}}"#,
        r#"- /api/v1/services/aigc/image2video/video-synthesis 22 {"model":"<model>","input":{"prompt":"<prompt>","first_frame_url":<0>,"last_frame_url":<1>},"parameters":{"size":"<size?.x>","resolution":"<size?.level>","duration":<seconds#:1-60>}}"#,
    ],
    create_headers: &[("X-DashScope-Async", "enable")],
    // Without a span of time these are the tasks of a day.
    batch: Some(Batch { kind: "", ask: "/api/v1/tasks/?page_no=<kind>&page_size=100", between: "", paged: true }),
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    const FIRST: Bodies = Bodies {
        name: "",
        words: &[
            ("queued", &["PENDING"]),
            ("running", &["RUNNING"]),
            ("succeeded", &["SUCCEEDED"]),
            ("failed", &["FAILED", "CANCELED"]),
            ("unknown", &["UNKNOWN"]),
        ],
        one: r#"{"request_id":"{request}","output":"{task}"}"#,
        many: "",
        id: "{uuid}",
        samples: &[
            sample("created", r#"{"output":{"task_status":"PENDING","task_id":"{id}"},"request_id":"{request}"}"#),
            sample("queued running", r#"{"task_id":"{id}","task_status":"{word}","submit_time":"{created:text}"}"#),
            sample(
                "succeeded",
                r#"{"task_id":"{id}","task_status":"{word}","submit_time":"{created:text}","scheduled_time":"{created:text}","end_time":"{finished:text}","video_url":"{url}","orig_prompt":"{prompt|}"}"#,
            ),
            sample(
                "failed expired",
                r#"{"task_id":"{id}","task_status":"{word}","code":"{code}","message":"{message}","submit_time":"{created:text}","scheduled_time":"{created:text}","end_time":"{finished:text}"}"#,
            ),
            sample("unknown", r#"{"task_id":"{id}","task_status":"{word}"}"#),
            // So is an id that never was, or is older than a day.
            sample("not_found", r#"{"request_id":"{request}","output":{"task_id":"{id}","task_status":"UNKNOWN"}}"#),
            answer(400, "refused", r#"{"request_id":"{request}","code":"InvalidParameter","message":"{message}"}"#),
            sample("error", r#"{"request_id":"{request}","code":"{code}","message":"{message}"}"#),
        ],
    };
    Doc {
        about: "Alibaba's Wan in the form of DashScope: all of the task is in `output`, and the words are in capitals. A task and its addresses live 24 hours; times are texts without a zone.",
        spoken_by: "yunwu-type relays, aisa; dashscope.aliyuncs.com",
        outputs_at: "`output.video_url`, `output.results[].url`",
        calls: &[
            call(Does::Status, "GET /api/v1/tasks/{id}"),
            create(
                "POST /api/v1/services/aigc/{kind}/video-synthesis",
                &[("input.prompt|input.img_url|input.first_frame_url", ""), ("model", ""), ("@x-dashscope-async", "enable")],
            )
            .kinds(&["video-generation", "image2video"]),
            call(Does::List, "GET /api/v1/tasks/").answers("list"),
        ],
        bodies: &[
            FIRST,
            Bodies {
                name: "list",
                one: "",
                many: r#"{"request_id":"{request}","data":"{tasks}","total":"{count}","total_page":1,"page_no":1,"page_size":10}"#,
                samples: &[
                    // Rows carry no result.
                    sample(
                        "queued running succeeded failed expired unknown",
                        r#"{"task_id":"{id}","status":"{word}","model_name":"{model}","gmt_create":"{created:ms}","start_time":"{created:ms}","region":"cn-beijing"}"#,
                    ),
                ],
                ..FIRST
            },
        ],
        errors: &[
            (400, "InvalidParameter", "The request is invalid."),
            (401, "InvalidApiKey", "Invalid API-key provided."),
            (429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
            (500, "InternalError", "An internal error has occurred."),
        ],
        sources: &[
            ("Calls, words and life of a task", "https://help.aliyun.com/en/model-studio/manage-asynchronous-tasks"),
            ("Request fields", "https://www.alibabacloud.com/help/en/model-studio/text-to-video-api-reference"),
            (
                "The answer of a finished task",
                "https://docs.qwencloud.com/api-reference/video-generation/wan-text-to-video/query-result",
            ),
            ("A relay's paths", "https://aisa.one/docs/api-reference/video/get_services-aigc-tasks"),
            ("UNKNOWN", "https://github.com/openclaw/openclaw/pull/117303"),
        ],
        ..Doc::PLAIN
    }
};
