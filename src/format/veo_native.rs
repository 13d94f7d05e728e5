//! Google's Veo as a long-running operation: `done`, then `response` or `error`. The id is the operation's name, slashes and all.

use super::{Format, PLAIN, Spec, outputs};
use crate::task::Status;
use crate::text::{find, lines};
use crate::value::Value;

macro_rules! sample {
    () => {
        "video:video.uri|video.gcsUri|*video.encodedVideo|*video.bytesBase64Encoded"
    };
}

pub(super) const SPEC: Spec = Spec {
    format: Format::VeoNative,
    name: "veo-native",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    prefixes: "/v1beta|/v1",
    // Vertex AI has no resource to GET: the model is asked for its operation.
    status: lines!["@projects/ /<model>:fetchPredictOperation {\"operationName\":<\"id>}", " /<path>"],
    key_header: Some("x-goog-api-key"),
    marks: |_, object| is_operation(object),
    results: lines![
        concat!("response.generateVideoResponse.generatedSamples ", sample!()),
        concat!("response.generatedSamples ", sample!()),
        "response.videos video:gcsUri|uri|*bytesBase64Encoded",
        "response video:*bytesBase64Encoded|*video",
    ],
    state: Some(|_, object| {
        let over = object.get("done").is(true);
        is_operation(object).then(|| match over {
            false => Status::Running,
            true if object.get("error").is_null() && !outputs::of(&SPEC, object).is_empty() => Status::Succeeded,
            // Filtered, or empty: new-api counts both as a success.
            true => Status::Failed,
        })
    }),
    create: lines![
        r#"- /<model.path>:predictLongRunning 01g {"instances":[{"prompt":"<prompt>","image":<0>}],"parameters":{"aspectRatio":"<aspectRatio?:16:9|9:16>","durationSeconds":<seconds#:4|6|8>,"resolution":"<size?>"}} {"bytesBase64Encoded":"<base64.file>","gcsUri":"<url.gs>","mimeType":"<type>"}"#,
        r#"- /<model.path>:predictLongRunning 22g {"instances":[{"prompt":"<prompt>","image":<0>,"lastFrame":<1>}],"parameters":{"aspectRatio":"<aspectRatio?:16:9|9:16>","durationSeconds":<seconds#:4|6|8>,"resolution":"<size?>"}} {"bytesBase64Encoded":"<base64.file>","gcsUri":"<url.gs>","mimeType":"<type>"}"#,
        r#"- /<model.path>:predictLongRunning 33g {"instances":[{"prompt":"<prompt>","referenceImages":[<images>]}],"parameters":{"aspectRatio":"<aspectRatio?:16:9|9:16>","durationSeconds":<seconds#:4|6|8>,"resolution":"<size?>"}} {"image":{"bytesBase64Encoded":"<base64.file>","gcsUri":"<url.gs>","mimeType":"<type>"},"referenceType":"asset"}"#,
        r#"- /<model.path>:predictLongRunning 00 {"instances":[{"prompt":"<prompt>","video":{"gcsUri":"<video:gs://*>","mimeType":"video/mp4"}}],"parameters":{"aspectRatio":"<aspectRatio?:16:9|9:16>","durationSeconds":<seconds#:4|6|8>,"resolution":"<size?>"}}"#,
    ],
    ..PLAIN
};

/// Whether an object is an operation: by its name, beside which nothing else need stand, or by its `done`.
fn is_operation(object: &Value) -> bool {
    matches!(object.get("done"), Value::Bool(_))
        || object.get("name").text().is_some_and(|name| find(name, "operations/").is_some())
}

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    const FIRST: Bodies = Bodies {
        name: "",
        words: &[],
        one: r#""{task}""#,
        many: "",
        id: "models/{model}/operations/{hex:12}",
        samples: &[
            sample("created", r#"{"name":"{id}"}"#),
            sample(
                "queued running unknown",
                r#"{"name":"{id}","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1beta.GenerateVideoMetadata","createTime":"{created:iso}","updateTime":"{updated:iso}"}}"#,
            ),
            sample(
                "succeeded",
                r#"{"name":"{id}","done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse","generateVideoResponse":{"generatedSamples":[{"video":{"uri":"{url}"}}]}}}"#,
            ),
            sample("failed expired", r#"{"name":"{id}","done":true,"error":{"code":"{code:number|3}","message":"{message}"}}"#),
            answer(404, "not_found", r#"{"error":{"code":404,"message":"Operation {id} not found.","status":"NOT_FOUND"}}"#),
            answer(400, "refused", r#"{"error":{"code":400,"message":"{message}","status":"INVALID_ARGUMENT"}}"#),
            sample("error", r#"{"error":{"code":"{http}","message":"{message}","status":"{code}"}}"#),
        ],
    };
    Doc {
        about: "Google's Veo as a long-running operation: `done`, then `response` or `error`, and no word for the state. The id is the operation's name, slashes and all. Gemini names an address that wants the key; Vertex AI is asked by POST and gives base64 or `gs://`.",
        spoken_by: "GPTProto, APIgo; generativelanguage.googleapis.com, Vertex AI",
        outputs_at: "`response.generateVideoResponse.generatedSamples[].video.uri`, `response.videos[]` as base64 or `gs://`",
        calls: &[
            call(Does::Status, "GET /models/{model}/operations/{op}").id("models/{model}/operations/{op}"),
            call(
                Does::Status,
                "POST /projects/{project}/locations/{place}/publishers/google/models/{model}:fetchPredictOperation",
            )
            .with(r#"{"operationName":"{id}"}"#)
            .answers("vertex"),
            call(Does::Status, "GET /operations/{op}").id("operations/{op}"),
            create(
                "POST /models/{model}:predictLongRunning",
                &[("instances.0.prompt", ""), ("parameters.aspectRatio", "16:9|9:16"), ("parameters.durationSeconds", "4|6|8")],
            ),
            create(
                "POST /projects/{project}/locations/{place}/publishers/google/models/{model}:predictLongRunning",
                &[("instances.0.prompt", ""), ("parameters.aspectRatio", "16:9|9:16"), ("parameters.durationSeconds", "4|6|8")],
            )
            .answers("vertex"),
        ],
        bodies: &[
            FIRST,
            Bodies {
                name: "vertex",
                id: "projects/{project}/locations/{place}/publishers/google/models/{model}/operations/{hex:12}",
                samples: &[
                    sample("queued running unknown", r#"{"name":"{id}"}"#),
                    sample(
                        "succeeded",
                        r#"{"name":"{id}","done":true,"response":{"@type":"type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse","raiMediaFilteredCount":0,"videos":[{"bytesBase64Encoded":"{base64}","mimeType":"video/mp4"}]}}"#,
                    ),
                ],
                ..FIRST
            },
        ],
        errors: &[
            (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
            (401, "UNAUTHENTICATED", "API key not valid."),
            (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
            (500, "INTERNAL", "An internal error has occurred."),
            (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        ],
        place: "relay",
        field: "",
        sources: &[
            (
                "Both forms, and what a relay makes of them",
                "https://github.com/QuantumNous/new-api (relay/channel/task/gemini/adaptor.go, relay/channel/task/vertex/adaptor.go)",
            ),
            (
                "Requests and answers of Vertex AI",
                "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation",
            ),
            (
                "A relay's Gemini path",
                "https://docs.gptproto.com/docs/api/gemini/veo/veo-3.1-generate-preview/official-format/query-task",
            ),
            ("A relay's short path", "https://docs.apigo.ai/en/api-reference/endpoints/gemini/video-predict-long-running"),
        ],
    }
};
