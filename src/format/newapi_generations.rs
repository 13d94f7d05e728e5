//! `/v1/video/generations/{id}`: the open-source relay new-api and its many deployments.

use super::{Format, PLAIN, Spec};
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::NewapiGenerations,
    name: "newapi-generations",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    status: " /v1/video/generations/<id>",
    content_path: Some(super::urls::content_path),
    marks: |body, _| (body.has("code") && body.has("data")) || body.has("fail_reason"),
    // Its adaptors read one image in one place, several in another: relay/common/relay_utils.go.
    create: lines![
        r#"- /v1/video/generations 01 {"model":"<model>","prompt":"<prompt>","image":<0>,"duration":<seconds#:1-60>,"size":"<size?>","metadata":{"aspect_ratio":"<aspectRatio?>"}}"#,
        r#"- /v1/video/generations 29 {"model":"<model>","prompt":"<prompt>","images":[<images>],"duration":<seconds#:1-60>,"size":"<size?>","metadata":{"aspect_ratio":"<aspectRatio?>"}}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "The open-source relay new-api, behind very many deployments: one row of its task table, in an envelope. Progress is a percentage as text, 100% on failure too; a failure's text stands where the address would.",
        spoken_by: "new-api and its deployments, flatkey, mixroute, crazyrouter, CometAPI",
        outputs_at: "`data.result_url`, `data.fail_reason`, inside `data.data`, else `/content`",
        calls: &[
            call(Does::Status, "GET /v1/video/generations/{id}"),
            call(Does::Content, "GET /v1/videos/{id}/content"),
            create("POST /v1/video/generations", &[("prompt", "")]),
        ],
        bodies: &[Bodies {
            name: "",
            words: NEW_API_WORDS,
            one: NEW_API_ONE,
            many: "",
            id: "task_{hex:32}",
            samples: &[
                sample(
                    "created",
                    r#"{"id":"{id}","task_id":"{id}","object":"video","model":"{model}","status":"queued","progress":0,"created_at":"{created}"}"#,
                ),
                sample(
                    "=NOT_START",
                    r#"{"id":"{row}","created_at":"{created}","updated_at":"{updated}","task_id":"{id}","platform":"45","user_id":7,"group":"default","channel_id":3,"quota":500000,"action":"textGenerate","status":"{word}","fail_reason":"","result_url":"","submit_time":"{created}","start_time":0,"finish_time":0,"progress":"","properties":{"input":"{prompt|}","origin_model_name":"{model}"},"data":{"status":"queued"}}"#,
                ),
                sample(
                    "queued",
                    r#"{"id":"{row}","created_at":"{created}","updated_at":"{updated}","task_id":"{id}","platform":"45","user_id":7,"group":"default","channel_id":3,"quota":500000,"action":"textGenerate","status":"{word}","fail_reason":"","result_url":"","submit_time":"{created}","start_time":"{started|0}","finish_time":0,"progress":"{percent|20}%","properties":{"input":"{prompt|}","origin_model_name":"{model}"},"data":{"status":"queued"}}"#,
                ),
                sample(
                    "running",
                    r#"{"id":"{row}","created_at":"{created}","updated_at":"{updated}","task_id":"{id}","platform":"45","user_id":7,"group":"default","channel_id":3,"quota":500000,"action":"textGenerate","status":"{word}","fail_reason":"","result_url":"","submit_time":"{created}","start_time":"{started|0}","finish_time":0,"progress":"{percent|30}%","properties":{"input":"{prompt|}","origin_model_name":"{model}"},"data":{"status":"running"}}"#,
                ),
                sample(
                    "unknown",
                    r#"{"id":"{row}","created_at":"{created}","updated_at":"{updated}","task_id":"{id}","platform":"45","user_id":7,"group":"default","channel_id":3,"quota":500000,"action":"textGenerate","status":"{word}","fail_reason":"","result_url":"","submit_time":"{created}","start_time":"{started|0}","finish_time":0,"progress":"","properties":{"input":"{prompt|}","origin_model_name":"{model}"},"data":{"status":"unknown"}}"#,
                ),
                sample(
                    "succeeded",
                    r#"{"id":"{row}","created_at":"{created}","updated_at":"{updated}","task_id":"{id}","platform":"45","user_id":7,"group":"default","channel_id":3,"quota":500000,"action":"textGenerate","status":"{word}","fail_reason":"","result_url":"{url|}","submit_time":"{created}","start_time":"{started|0}","finish_time":"{finished}","progress":"100%","properties":{"input":"{prompt|}","origin_model_name":"{model}"},"data":{"status":"succeeded"}}"#,
                ),
                sample(
                    "failed expired",
                    r#"{"id":"{row}","created_at":"{created}","updated_at":"{updated}","task_id":"{id}","platform":"45","user_id":7,"group":"default","channel_id":3,"quota":500000,"action":"textGenerate","status":"{word}","fail_reason":"{message}","result_url":"{message}","submit_time":"{created}","start_time":"{started|0}","finish_time":"{finished}","progress":"100%","properties":{"input":"{prompt|}","origin_model_name":"{model}"},"data":{"id":"{id}","model":"{model}","status":"failed","error":{"code":"{code}","message":"{message}"}}}"#,
                ),
                NEW_API_NOT_FOUND,
                NEW_API_REFUSED,
                NEW_API_ERROR,
            ],
        }],
        errors: &[
            (400, "invalid_request", "invalid request"),
            (403, "quota_not_enough", "user quota is not enough"),
            (429, "fail_to_fetch_task", "当前分组上游负载已饱和，请稍后再试"),
            (500, "get_channel_failed", "the model is temporarily unavailable, please try again later"),
            (501, "not_implemented", "not implemented"),
            (503, "model_not_found", "分组 default 下模型 sora-2 无可用渠道（distributor）"),
        ],
        place: "relay",
        field: "result_url",
        sources: &[
            ("Calls", "https://github.com/QuantumNous/new-api (router/video-router.go)"),
            (
                "Fields, words, progress",
                "https://github.com/QuantumNous/new-api (model/task.go, dto/task.go, controller/task_video.go)",
            ),
            ("Answers without an address", "https://github.com/QuantumNous/new-api/issues/7194"),
            ("An upstream that answers `unknown`", "https://github.com/QuantumNous/new-api/issues/5045"),
        ],
    }
};
