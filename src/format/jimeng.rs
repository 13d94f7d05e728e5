//! Jimeng, in the form of Volcengine's visual API, where a query is a POST that names the model's `req_key`; and the relays' own.

use super::{Format, PLAIN, Spec};
use crate::task::Status;
use crate::text::lines;
use crate::value::Value;

pub(super) const SPEC: Spec = Spec {
    format: Format::Jimeng,
    name: "jimeng",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/jimeng|",
    // The kind is the `req_key` of the create call; `fetch` is the relays' own path.
    kinds: "jimeng_t2v_v30|fetch",
    status: lines![
        "fetch /fetch/<id>",
        " /?Action=CVSync2AsyncGetResult&Version=2022-08-31 {\"req_key\":<\"kind>,\"task_id\":<\"id>}"
    ],
    marks: |body, _| body.has("time_elapsed") || matches!(body.get("code"), Value::Number(code) if *code == 10_000.0),
    results: lines![" video:video_url|video", "image_urls image:", "binary_data_base64 image:*"],
    // There is no word for failed: a task is there, and a code that is not the one of success.
    state: Some(|body, object| {
        let refused = body.get("code").number().is_some_and(|code| code > 10_000.0);
        (refused && object.get("status").words().is_some()).then_some(Status::Failed)
    }),
    // Without a kind a task is of its model, by which it is asked for.
    create: lines![
        r#"- /?Action=CVSync2AsyncSubmitTask&Version=2022-08-31 09u {"req_key":"<model>","prompt":"<prompt>","image_urls":[<images>],"aspect_ratio":"<aspectRatio?>","frames":<seconds#:5=121|10=241>}"#,
        r#"- /?Action=CVSync2AsyncSubmitTask&Version=2022-08-31 19f {"req_key":"<model>","prompt":"<prompt>","binary_data_base64":[<images>],"aspect_ratio":"<aspectRatio?>","frames":<seconds#:5=121|10=241>} "<base64>""#,
        r#"fetch /submit/videos 01 {"prompt":"<prompt>","image_url":<0>,"duration":<seconds#:5|10>,"aspect_ratio":"<aspectRatio?>"}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "Jimeng in the form of Volcengine's visual API, where a query is a POST that names the model's `req_key` beside the id; and a form of the relays' own. Code 10000 is success, any other a failure: there is no word for it.",
        spoken_by: "new-api, yunwu; visual.volcengineapi.com",
        outputs_at: "`data.video_url`, `data.image_urls[]`, `data.data.video`",
        calls: &[
            call(Does::Status, "POST /?Action=CVSync2AsyncGetResult&Version=2022-08-31")
                .with(r#"{"req_key":"{kind}","task_id":"{id}"}"#),
            call(Does::Status, "GET /fetch/{id}").answers("relay"),
            create(
                "POST /?Action=CVSync2AsyncSubmitTask&Version=2022-08-31",
                &[("prompt|image_urls|binary_data_base64", ""), ("req_key", ""), ("frames", "121|241")],
            ),
            create("POST /submit/videos", &[("prompt", ""), ("duration", "5|10")]).answers("relay"),
        ],
        bodies: &[
            Bodies {
                name: "",
                words: &[("queued", &["in_queue"]), ("running", &["generating"]), ("succeeded", &["done"])],
                one: r#"{"code":10000,"data":"{task}","message":"Success","request_id":"{request}","status":10000,"time_elapsed":"39ms"}"#,
                many: "",
                id: "{digits:19}",
                samples: &[
                    sample(
                        "created",
                        r#"{"code":10000,"data":{"task_id":"{id}"},"message":"Success","request_id":"{request}","status":10000,"time_elapsed":"104.852309ms"}"#,
                    ),
                    sample("queued running unknown", r#"{"status":"{word}"}"#),
                    sample(
                        "succeeded",
                        r#"{"binary_data_base64":[],"image_urls":null,"resp_data":"","status":"{word}","video_url":"{url}"}"#,
                    ),
                    whole(
                        "failed expired",
                        r#"{"code":"{code:number|50500}","data":{"status":"done"},"message":"{message}","request_id":"{request}","status":"{code:number|50500}","time_elapsed":"12ms"}"#,
                    ),
                    answer(404, "not_found", r#"{"code":"task_not_exist","message":"task_not_exist","data":null}"#),
                    answer(
                        400,
                        "refused",
                        r#"{"code":50200,"data":null,"message":"{message}","request_id":"{request}","status":50200,"time_elapsed":"1ms"}"#,
                    ),
                    sample(
                        "error",
                        r#"{"code":"{code:number}","data":null,"message":"{message}","request_id":"{request}","status":"{code:number}","time_elapsed":"1ms"}"#,
                    ),
                ],
            },
            Bodies {
                name: "relay",
                words: NEW_API_WORDS,
                one: NEW_API_ONE,
                many: "",
                id: "{digits:19}",
                samples: &[
                    sample("created", r#"{"code":"success","message":"","data":"{id}"}"#),
                    sample(
                        "queued running unknown",
                        r#"{"task_id":"{id}","status":"{word}","fail_reason":"","submit_time":"{created}","start_time":"{started|0}","finish_time":0,"progress":"{percent|0}%","data":null}"#,
                    ),
                    sample(
                        "succeeded",
                        r#"{"task_id":"{id}","status":"{word}","fail_reason":"","submit_time":"{created}","start_time":"{started|0}","finish_time":"{finished}","progress":"100%","data":{"video":"{url}","status":"{word}"}}"#,
                    ),
                    sample(
                        "failed expired",
                        r#"{"task_id":"{id}","status":"{word}","fail_reason":"{message}","submit_time":"{created}","start_time":"{started|0}","finish_time":"{finished}","progress":"100%","data":null}"#,
                    ),
                    NEW_API_NOT_FOUND,
                    NEW_API_REFUSED,
                    NEW_API_ERROR,
                ],
            },
        ],
        errors: &[
            (400, "50200", "Parameters error"),
            (401, "50400", "Access Denied"),
            (429, "50429", "Request Has Reached API Limit, Please Try Later"),
            (500, "50500", "internal error"),
        ],
        sources: &[
            (
                "Calls, fields, words",
                "https://github.com/QuantumNous/new-api (relay/channel/task/jimeng/adaptor.go, middleware/jimeng_adapter.go)",
            ),
            ("The vendor's own page", "https://www.volcengine.com/docs/85621/1544774"),
        ],
        ..Doc::PLAIN
    }
};
