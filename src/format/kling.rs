//! Kling: `/v1/videos/{kind}/{id}`, and the generation of 2026 on `/tasks`. Relays answer with bodies of their own on the same paths.

use super::{Batch, Format, PLAIN, Spec};
use crate::failure::Code;
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Kling,
    name: "kling",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/kling|",
    kinds: "text2video|image2video|omni-video|multi-image2video|tasks",
    // Images stand beside the videos: `images/generations`.
    status: lines!["tasks /tasks?task_ids=<id>", "images/ /v1/<kind>/<id>", " /v1/videos/<kind>/<id>"],
    marks: |body, object| {
        (object.has("task_status") && !body.get("output").is_map())
            || (body.has("code") && !object.get("outputs").list().is_empty())
    },
    results: lines![
        "task_result.videos video:url",
        "task_result.images image:url",
        "task_result.series_images image:url",
        "outputs video:url|mp3_url"
    ],
    // In arrears, or a pack used up: no pause helps, though the HTTP status is 429.
    codes: &[("1100|1101|1102", Code::InsufficientFunds)],
    // Images are base64 without the head of a data: URL. The generation of 2026 has the model in its path.
    create: lines![
        r#"text2video /v1/videos/<kind> 00 {"model_name":"<model>","prompt":"<prompt>","duration":"<seconds#:3-15>","aspect_ratio":"<aspectRatio?:16:9|9:16|1:1>"}"#,
        r#"image2video /v1/videos/<kind> 12 {"model_name":"<model>","prompt":"<prompt>","image":<0>,"image_tail":<1>,"duration":"<seconds#:3-15>","aspect_ratio":"<aspectRatio?:16:9|9:16|1:1>"} "<base64>""#,
        r#"multi-image2video /v1/videos/<kind> 14 {"model_name":"<model>","prompt":"<prompt>","image_list":[<images>],"duration":"<seconds#:3-15>","aspect_ratio":"<aspectRatio?:16:9|9:16|1:1>"} {"image":"<base64>"}"#,
        r#"omni-video /v1/videos/<kind> 04 {"model_name":"<model>","prompt":"<prompt>","image_list":[<images>],"duration":"<seconds#:3-15>","aspect_ratio":"<aspectRatio?:16:9|9:16|1:1>"} {"image_url":"<base64>"}"#,
        r#"video-extend /v1/videos/<kind> 00 {"video_id":"<video>","prompt":"<prompt>"}"#,
        r#"effects|lip-sync|advanced-lip-sync|motion-control /v1/videos/<kind> 02 {"model_name":"<model>","prompt":"<prompt>","image":<0>,"image_tail":<1>,"duration":"<seconds#:3-15>","aspect_ratio":"<aspectRatio?:16:9|9:16|1:1>"} "<base64>""#,
        r#"videos/avatar/image2video|images/generations|images/kolors-virtual-try-on|images/omni-image /v1/<kind> 01 {"model_name":"<model>","prompt":"<prompt>","image":<0>,"aspect_ratio":"<aspectRatio?>"} "<base64>""#,
        r#"tasks /text-to-video/<model> 00 {"prompt":"<prompt>","settings":{"resolution":"<size?>","aspect_ratio":"<aspectRatio?:16:9|9:16|1:1>","duration":<seconds#:3-15>}}"#,
        r#"tasks /image-to-video/<model> 14 {"contents":[{"type":"text","text":"<prompt>"},<images>],"settings":{"resolution":"<size?>","aspect_ratio":"<aspectRatio?:16:9|9:16|1:1>","duration":<seconds#:3-15>}} {"type":"image","url":"<base64>"}"#,
    ],
    batch: Some(Batch { kind: "tasks", ask: "/tasks?task_ids=<id>", between: ",", paged: false }),
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    const VIDEOS: &[&str] = &[
        "text2video",
        "image2video",
        "omni-video",
        "multi-image2video",
        "video-extend",
        "effects",
        "lip-sync",
        "advanced-lip-sync",
        "motion-control",
        "avatar/image2video",
    ];
    const IMAGES: &[&str] = &["images/generations", "images/kolors-virtual-try-on", "images/omni-image"];
    const FIRST: Bodies = Bodies {
        name: "",
        words: &[("queued", &["submitted"]), ("running", &["processing"]), ("succeeded", &["succeed"]), ("failed", &["failed"])],
        one: r#"{"code":0,"message":"SUCCEED","request_id":"{request}","data":"{task}"}"#,
        many: r#"{"code":0,"message":"SUCCEED","request_id":"{request}","data":"{tasks}"}"#,
        id: "{digits:18}",
        samples: &[
            sample(
                "created",
                r#"{"code":0,"message":"SUCCEED","request_id":"{request}","data":{"task_id":"{id}","task_status":"submitted","task_info":{},"created_at":"{created:ms}","updated_at":"{created:ms}"}}"#,
            ),
            sample(
                "queued running unknown",
                r#"{"task_id":"{id}","task_status":"{word}","task_status_msg":"","task_info":{},"task_result":{"videos":[]},"created_at":"{created:ms}","updated_at":"{updated:ms}"}"#,
            ),
            sample(
                "succeeded",
                r#"{"task_id":"{id}","task_status":"{word}","task_status_msg":"","task_info":{},"task_result":{"videos":[{"id":"{row}1","url":"{url}","duration":"5.041"}]},"final_unit_deduction":"3.6","created_at":"{created:ms}","updated_at":"{updated:ms}"}"#,
            ),
            // The call worked, so its message says so.
            sample(
                "failed expired",
                r#"{"task_id":"{id}","task_status":"{word}","task_status_msg":"{message}","task_info":{},"task_result":{},"created_at":"{created:ms}","updated_at":"{updated:ms}"}"#,
            ),
            NEW_API_NOT_FOUND,
            answer(400, "refused", r#"{"code":1201,"message":"{message}","request_id":"{request}"}"#),
            sample("error", r#"{"code":"{code:number}","message":"{message}","request_id":"{request}"}"#),
        ],
    };
    Doc {
        about: "Kling's own API, whose path names the kind of the task, and its generation of 2026, whose one path takes several ids. Relays answer with bodies of their own on the same paths. No progress; times in milliseconds.",
        spoken_by: "new-api, aimanyi, Kapon, crazyrouter; api-singapore.klingai.com",
        outputs_at: "`data.task_result.videos[].url`, `outputs[].url`, or as in a relay's envelope",
        calls: &[
            call(Does::Status, "GET /v1/videos/{kind}/{id}").kinds(VIDEOS),
            call(Does::Status, "GET /v1/{kind}/{id}").kinds(IMAGES).answers("images"),
            call(Does::Many, "GET /tasks?task_ids={ids}").answers("tasks"),
            create(
                "POST /v1/videos/{kind}",
                &[("prompt|image|image_list", ""), ("mode", "std|pro"), ("duration", "3|4|5|6|7|8|9|10|11|12|13|14|15")],
            )
            .kinds(VIDEOS),
            create("POST /v1/{kind}", &[("prompt|image|human_image", "")]).kinds(IMAGES).answers("images"),
            create("POST /{kind}/{model}", &[("prompt|contents", "")])
                .kinds(&["text-to-video", "image-to-video", "omni-video", "motion-control"])
                .answers("tasks"),
            call(Does::List, "GET /v1/videos/{kind}").kinds(VIDEOS),
        ],
        bodies: &[
            FIRST,
            Bodies {
                name: "images",
                many: "",
                samples: &[
                    sample(
                        "queued running unknown",
                        r#"{"task_id":"{id}","task_status":"{word}","task_status_msg":"","task_info":{},"task_result":{"images":[]},"created_at":"{created:ms}","updated_at":"{updated:ms}"}"#,
                    ),
                    sample(
                        "succeeded",
                        r#"{"task_id":"{id}","task_status":"{word}","task_status_msg":"","task_info":{},"task_result":{"images":[{"index":0,"url":"{image}"},{"index":1,"url":"{image:2}"}]},"created_at":"{created:ms}","updated_at":"{updated:ms}"}"#,
                    ),
                ],
                ..FIRST
            },
            Bodies {
                name: "tasks",
                words: &[
                    ("queued", &["submitted"]),
                    ("running", &["processing"]),
                    ("succeeded", &["succeeded"]),
                    ("failed", &["failed"]),
                ],
                one: "",
                // An id that nobody knows is left out.
                samples: &[
                    sample(
                        "created",
                        r#"{"code":0,"message":"SUCCEED","request_id":"{request}","data":{"id":"{id}","status":"submitted"}}"#,
                    ),
                    sample("queued running unknown", r#"{"id":"{id}","status":"{word}","outputs":[],"billing":[]}"#),
                    sample(
                        "succeeded",
                        r#"{"id":"{id}","status":"{word}","outputs":[{"type":"video","url":"{url}","duration":"5"},{"type":"audio","mp3_url":"{audio}"}],"billing":[{"charge_type":"unit"}]}"#,
                    ),
                    sample(
                        "failed expired",
                        r#"{"id":"{id}","status":"{word}","message":"{message}","outputs":[],"billing":[]}"#,
                    ),
                ],
                ..FIRST
            },
        ],
        errors: &[
            (400, "1201", "invalid parameters"),
            (401, "1000", "authentication failed"),
            (429, "1303", "parallel task over resource pack limit"),
            (500, "5000", "internal server error"),
        ],
        sources: &[
            ("First generation", "https://cloud.baidu.com/doc/qianfan-api/s/Cmbt1kiqa"),
            (
                "Relay paths",
                "https://doc.aimanyi.top/api-243012261.html and https://github.com/QuantumNous/new-api (router/video-router.go)",
            ),
            ("Request fields and words", "https://github.com/QuantumNous/new-api (relay/channel/task/kling/adaptor.go)"),
            ("The list", "https://docs.kapon.cloud/kling/task-query"),
            ("A failure whose message says SUCCEED", "https://github.com/QuantumNous/new-api/pull/2532"),
            ("Generation of 2026", "https://doc.aimanyi.top/api-476826216.html"),
        ],
        ..Doc::PLAIN
    }
};
