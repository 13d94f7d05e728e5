//! Replicate's predictions.

use super::{Format, PLAIN, Spec};
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::Replicate,
    name: "replicate",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/replicate/v1|/v1",
    status: " /predictions/<id>",
    marks: |_, object| object.at("urls.cancel").text().is_some(),
    // A model gives one file, several, or several under names of its own.
    results: " video:output|output.*",
    // Inputs are the model's own; only these are called the same by most. A picture is not: it goes into `extra`.
    create: lines![
        r#"model /models/<model.slashes>/predictions 00 {"input":{"prompt":"<prompt>","duration":<seconds#:1-60>,"aspect_ratio":"<aspectRatio?>"}}"#,
        r#"version /predictions 00 {"version":"<model>","input":{"prompt":"<prompt>","duration":<seconds#:1-60>,"aspect_ratio":"<aspectRatio?>"}}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "Replicate's predictions: any model, its inputs and outputs its own. An official model `owner/name` is asked by its path; kind `version` sends `model` as the version: an id, `owner/name:id`, or `owner/name`. A model's picture goes into `extra.input`, under the name that the model has for it. Outputs are removed an hour after they were made; no progress.",
        spoken_by: "yutoai, key4u, v98store, apiai; api.replicate.com",
        outputs_at: "`output`: an address, a list of them, or an object with them under any names",
        calls: &[
            call(Does::Status, "GET /predictions/{id}"),
            create("POST /models/{owner}/{name}/predictions", &[("input.prompt", "")]),
            create("POST /predictions", &[("input.prompt", ""), ("version", "")]),
        ],
        bodies: &[Bodies {
            name: "",
            words: &[
                ("queued", &["starting"]),
                ("running", &["processing"]),
                ("succeeded", &["succeeded"]),
                ("failed", &["failed", "canceled", "aborted"]),
            ],
            one: r#""{task}""#,
            many: "",
            id: "{hex:26}",
            samples: &[
                sample(
                    "created queued running unknown",
                    r#"{"id":"{id}","model":"{model|}","version":"hidden","input":{"prompt":"{prompt|}"},"logs":"","output":null,"data_removed":false,"error":null,"status":"{word}","created_at":"{created:iso}","urls":{"cancel":"https://replicate.example/v1/predictions/{id}/cancel","get":"https://replicate.example/v1/predictions/{id}"}}"#,
                ),
                sample(
                    "succeeded",
                    r#"{"id":"{id}","model":"{model|}","version":"hidden","input":{"prompt":"{prompt|}"},"logs":"","output":"{url}","data_removed":false,"error":null,"status":"{word}","created_at":"{created:iso}","started_at":"{started:iso|null}","completed_at":"{finished:iso}","urls":{"cancel":"https://replicate.example/v1/predictions/{id}/cancel","get":"https://replicate.example/v1/predictions/{id}"}}"#,
                ),
                sample(
                    "failed expired",
                    r#"{"id":"{id}","model":"{model|}","version":"hidden","input":{"prompt":"{prompt|}"},"logs":"","output":null,"data_removed":false,"error":"{message}","status":"{word}","created_at":"{created:iso}","started_at":"{started:iso|null}","completed_at":"{finished:iso}","urls":{"cancel":"https://replicate.example/v1/predictions/{id}/cancel","get":"https://replicate.example/v1/predictions/{id}"}}"#,
                ),
                answer(404, "not_found", r#"{"detail":"The requested resource could not be found.","status":404}"#),
                answer(422, "refused", r#"{"detail":"- input: {message}\n","status":422,"title":"Input validation failed"}"#),
                sample("error", r#"{"detail":"{message}","status":"{http}"}"#),
            ],
        }],
        errors: &[
            (401, "", "You did not pass an authentication token"),
            (402, "", "You have insufficient credit to run this model."),
            (422, "", "- input: prompt is required"),
            (429, "", "Request was throttled."),
        ],
        sources: &[
            ("The prediction", "https://replicate.com/docs/topics/predictions"),
            ("Words", "https://replicate.com/docs/topics/predictions/lifecycle"),
            ("A version in three ways", "https://replicate.com/changelog/2025-08-05-run-all-models-with-the-same-api-endpoint"),
            (
                "Relays' paths, and answers as they came",
                "https://docs.yutoai.net/api/doc-6535906.html, https://v98store.com/html_docs/api-326486964.html and https://apiai.apifox.cn/api-230900240",
            ),
            (
                "Refusals",
                "https://github.com/replicate/replicate-python/issues/47 (401, 422) and https://github.com/nodetool-ai/nodetool/issues/5196 (429)",
            ),
            ("An unknown id", "https://github.com/n4ze3m/dialoqbase/issues/214"),
        ],
        ..Doc::PLAIN
    }
};
