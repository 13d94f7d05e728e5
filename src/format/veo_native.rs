//! Google's Veo as a long-running operation: `done`, then `response` or `error`. The id is the operation's name, slashes and all.

use super::{Ask, Format, PLAIN, Results, Spec, outputs};
use crate::address::encode_path;
use crate::task::{Kind, Status};
use crate::text::{begins, find, quoted};
use crate::value::Value;

const SAMPLE: &[(Kind, &str)] = &[(Kind::Video, "video.uri|video.gcsUri|*video.encodedVideo|*video.bytesBase64Encoded")];

pub(super) const SPEC: Spec = Spec {
    format: Format::VeoNative,
    name: "veo-native",
    #[cfg(not(target_arch = "wasm32"))]
    paths: &["/v1beta/models/{model}/operations/{id}", "/v1/projects/.../models/{model}:fetchPredictOperation"],
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "GPTProto, APIgo; generativelanguage.googleapis.com, Vertex AI",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`response.generateVideoResponse.generatedSamples[].video.uri`, `response.videos[]` as base64 or `gs://`",
    prefixes: &["/v1beta", "/v1"],
    status: |id, _| match find(id.plain, "/operations/").and_then(|end| id.plain.get(..end)) {
        // Vertex AI has no resource to GET: the model is asked for its operation.
        Some(model) if begins(model, "projects/") => Ask::post(
            &["/", &encode_path(model), ":fetchPredictOperation"].concat(),
            &["{\"operationName\":", &quoted(id.plain), "}"],
        ),
        _ => Ask::get(&["/", &encode_path(id.plain)]),
    },
    key_header: Some("x-goog-api-key"),
    marks: |_, object| is_operation(object),
    results: &[
        Results { at: "response.generateVideoResponse.generatedSamples", places: SAMPLE },
        Results { at: "response.generatedSamples", places: SAMPLE },
        Results { at: "response.videos", places: &[(Kind::Video, "gcsUri|uri|*bytesBase64Encoded")] },
        Results { at: "response", places: &[(Kind::Video, "*bytesBase64Encoded|*video")] },
    ],
    state: Some(|_, object| {
        let over = object.get("done") == &Value::Bool(true);
        is_operation(object).then(|| match over {
            false => Status::Running,
            true if object.get("error").is_null() && !outputs::of(&SPEC, object).is_empty() => Status::Succeeded,
            // Filtered, or empty: new-api counts both as a success.
            true => Status::Failed,
        })
    }),
    ..PLAIN
};

/// Whether an object is an operation: its name says so, and nothing else may stand beside it.
fn is_operation(object: &Value) -> bool {
    object.get("name").text().is_some_and(|name| find(name, "operations/").is_some())
}
