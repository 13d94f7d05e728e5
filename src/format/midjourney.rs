//! Midjourney, in the form of midjourney-proxy.

use super::{Batch, Format, PLAIN, Spec};
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Midjourney,
    name: "midjourney",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/mj",
    status: " /task/<id>/fetch",
    marks: |_, object| object.has("imageUrl") || object.has("promptEn") || (object.has("description") && object.has("result")),
    results: lines!["videoUrls video:url|", " video:videoUrl image:imageUrl", "imageUrls image:url|"],
    // What has no field of its own is a part of the prompt.
    create: lines![
        r#"imagine /submit/imagine 09 {"prompt":"<images.urls><prompt><aspectRatio?.ar>","base64Array":[<images>],"botType":"<model.bot>"} "<url.file>""#,
        r#"blend /submit/blend 25f {"base64Array":[<images>],"botType":"<model.bot>"}"#,
        r#"describe /submit/describe 11f {"base64":<0>,"botType":"<model.bot>"}"#,
        r#"shorten|action|change|simple-change|modal|edits|video /submit/<kind> 00 {"prompt":"<prompt>","botType":"<model.bot>"}"#,
    ],
    batch: Some(Batch { kind: "", ask: "/task/list-by-condition {\"ids\":[<id>]}", between: ",", paged: false }),
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    const FIRST: Bodies = Bodies {
        name: "",
        words: &[
            ("queued", &["SUBMITTED", "NOT_START", ""]),
            ("running", &["IN_PROGRESS"]),
            ("succeeded", &["SUCCESS"]),
            ("failed", &["FAILURE"]),
        ],
        one: r#""{task}""#,
        many: r#""{tasks}""#,
        id: "0{digits:15}",
        samples: &[
            sample(
                "created",
                r#"{"code":1,"description":"Submit success","result":"{id}","properties":{"discordInstanceId":"1118138338562560102"}}"#,
            ),
            sample(
                "queued",
                r#"{"id":"{id}","action":"IMAGINE","customId":"","botType":"","prompt":"{prompt|}","promptEn":"{prompt|}","description":"Submit success","state":"","submitTime":"{created:ms}","startTime":0,"finishTime":0,"imageUrl":"","videoUrl":"","videoUrls":null,"status":"{word}","progress":"{percent|0}%","failReason":"","buttons":null,"maskBase64":"","properties":null}"#,
            ),
            // A preview, not the result.
            sample(
                "running unknown",
                r#"{"id":"{id}","action":"IMAGINE","customId":"","botType":"","prompt":"{prompt|}","promptEn":"{prompt|}","description":"Submit success","state":"","submitTime":"{created:ms}","startTime":"{started:ms|0}","finishTime":0,"imageUrl":"https://cdn.example/grid_0.webp","videoUrl":"","videoUrls":null,"status":"{word}","progress":"{percent|0}%","failReason":"","buttons":null,"maskBase64":"","properties":null}"#,
            ),
            sample(
                "succeeded",
                r#"{"id":"{id}","action":"IMAGINE","customId":"","botType":"","prompt":"{prompt|}","promptEn":"{prompt|}","description":"Submit success","state":"","submitTime":"{created:ms}","startTime":"{started:ms|0}","finishTime":"{finished:ms}","imageUrl":"{image}","videoUrl":"","videoUrls":null,"imageWidth":2048,"imageHeight":2048,"status":"{word}","progress":"100%","failReason":"","buttons":[{"customId":"MJ::JOB::upsample::1::{row}","emoji":"","label":"U1","type":2,"style":2}],"maskBase64":"","properties":{"finalPrompt":"{prompt|}"}}"#,
            ),
            sample(
                "failed expired",
                r#"{"id":"{id}","action":"IMAGINE","customId":"","botType":"","prompt":"{prompt|}","promptEn":"{prompt|}","description":"Submit success","state":"","submitTime":"{created:ms}","startTime":"{started:ms|0}","finishTime":"{finished:ms}","imageUrl":null,"videoUrl":"","videoUrls":null,"status":"{word}","progress":"","failReason":"{message}","buttons":null,"maskBase64":"","properties":null}"#,
            ),
            answer(400, "not_found", r#"{"description":"task_no_found ","type":"upstream_error","code":4}"#),
            sample("refused", r#"{"code":4,"description":"{message}"}"#),
            sample("error", r#"{"description":"{message}","type":"upstream_error","code":"{code:number|4}"}"#),
        ],
    };
    Doc {
        about: "Midjourney, in the form of midjourney-proxy: bare objects without an envelope, times in milliseconds, progress a percentage as text. An imagine result is one image, a grid of four; a running task may show a preview.",
        spoken_by: "new-api, deerapi, midjourney-proxy",
        outputs_at: "`imageUrl`, `imageUrls[].url`, `videoUrl`, `videoUrls[].url`",
        calls: &[
            call(Does::Status, "GET /task/{id}/fetch"),
            call(Does::Many, "POST /task/list-by-condition").with(r#"{"ids":"{ids}"}"#),
            create("POST /submit/video", &[("prompt|image|taskId", "")]).answers("video"),
            create(
                "POST /submit/{kind}",
                &[("prompt|base64Array|base64|taskId|content", ""), ("botType", "MID_JOURNEY|NIJI_JOURNEY")],
            )
            .kinds(&[
                "imagine",
                "blend",
                "describe",
                "shorten",
                "action",
                "change",
                "simple-change",
                "modal",
                "edits",
            ]),
        ],
        bodies: &[
            FIRST,
            Bodies {
                name: "video",
                samples: &[
                    sample(
                        "queued running unknown",
                        r#"{"id":"{id}","action":"VIDEO","prompt":"{prompt|}","promptEn":"{prompt|}","description":"Submit success","submitTime":"{created:ms}","startTime":"{started:ms|0}","finishTime":0,"imageUrl":"","videoUrl":"","videoUrls":null,"status":"{word}","progress":"{percent|0}%","failReason":"","buttons":null,"properties":null}"#,
                    ),
                    sample(
                        "succeeded",
                        r#"{"id":"{id}","action":"VIDEO","prompt":"{prompt|}","promptEn":"{prompt|}","description":"Submit success","submitTime":"{created:ms}","startTime":"{started:ms|0}","finishTime":"{finished:ms}","imageUrl":"{image}","videoUrl":"","videoUrls":[{"url":"{url}"},{"url":"{url:2}"}],"status":"{word}","progress":"100%","failReason":"","buttons":null,"properties":null}"#,
                    ),
                    sample(
                        "failed expired",
                        r#"{"id":"{id}","action":"VIDEO","prompt":"{prompt|}","promptEn":"{prompt|}","description":"Submit success","submitTime":"{created:ms}","startTime":"{started:ms|0}","finishTime":"{finished:ms}","imageUrl":"","videoUrl":"","videoUrls":null,"status":"{word}","progress":"100%","failReason":"{message}","buttons":null,"properties":null}"#,
                    ),
                ],
                ..FIRST
            },
        ],
        errors: &[(400, "4", "quota_not_enough"), (429, "30", "当前分组负载已饱和，请稍后再试"), (500, "9", "system error")],
        sources: &[
            ("Calls", "https://github.com/QuantumNous/new-api (router/relay-router.go)"),
            (
                "Submit answers, the task, words",
                "https://github.com/novicezk/midjourney-proxy (docs/api.md, src/main/java/com/github/novicezk/midjourney/support/Task.java)",
            ),
            (
                "Videos, MODAL and CANCEL",
                "https://github.com/trueai-org/midjourney-proxy (src/Midjourney.Base/Models/TaskInfo.cs)",
            ),
            ("Unknown ids, the empty word", "https://github.com/QuantumNous/new-api (relay/mjproxy_handler.go)"),
            ("A relay's answer", "https://apidoc.deerapi.com/api-276386083"),
        ],
        ..Doc::PLAIN
    }
};
