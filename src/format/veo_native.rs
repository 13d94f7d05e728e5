//! Google's Veo as a long-running operation: `done`, then `response` or `error`. The id is the operation's name, slashes and all.

use super::{Format, PLAIN, Results, Spec, outputs};
use crate::task::{Kind, Status};
use crate::text::find;
use crate::value::Value;

const SAMPLE: &[(Kind, &str)] = &[(Kind::Video, "video.uri|video.gcsUri|*video.encodedVideo|*video.bytesBase64Encoded")];

pub(super) const SPEC: Spec = Spec {
    format: Format::VeoNative,
    name: "veo-native",
    #[cfg(not(target_arch = "wasm32"))]
    spoken_by: "GPTProto, APIgo; generativelanguage.googleapis.com, Vertex AI",
    #[cfg(not(target_arch = "wasm32"))]
    video_at: "`response.generateVideoResponse.generatedSamples[].video.uri`, `response.videos[]` as base64 or `gs://`",
    prefixes: &["/v1beta", "/v1"],
    // Vertex AI has no resource to GET: the model is asked for its operation.
    status: &[("@projects/", "/<model>:fetchPredictOperation {\"operationName\":<\"id>}"), ("", "/<path>")],
    key_header: Some("x-goog-api-key"),
    marks: |_, object| is_operation(object),
    results: &[
        Results { at: "response.generateVideoResponse.generatedSamples", places: SAMPLE },
        Results { at: "response.generatedSamples", places: SAMPLE },
        Results { at: "response.videos", places: &[(Kind::Video, "gcsUri|uri|*bytesBase64Encoded")] },
        Results { at: "response", places: &[(Kind::Video, "*bytesBase64Encoded|*video")] },
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
    create: &[
        r#"- /<model.path>:predictLongRunning 0-1 {"instances":[{"prompt":<prompt>,"image":<0>}],"parameters":{"aspectRatio":<aspectRatio:16:9|9:16>,"durationSeconds":<seconds:4|6|8>,"resolution":<size>}} {"bytesBase64Encoded":<bytes>,"gcsUri":<gs>,"mimeType":<type>}"#,
        r#"- /<model.path>:predictLongRunning 2 {"instances":[{"prompt":<prompt>,"image":<0>,"lastFrame":<1>}],"parameters":{"aspectRatio":<aspectRatio:16:9|9:16>,"durationSeconds":<seconds:4|6|8>,"resolution":<size>}} {"bytesBase64Encoded":<bytes>,"gcsUri":<gs>,"mimeType":<type>}"#,
        r#"- /<model.path>:predictLongRunning 3 {"instances":[{"prompt":<prompt>,"referenceImages":<images.list>}],"parameters":{"aspectRatio":<aspectRatio:16:9|9:16>,"durationSeconds":<seconds:4|6|8>,"resolution":<size>}} {"image":{"bytesBase64Encoded":<bytes>,"gcsUri":<gs>,"mimeType":<type>},"referenceType":"asset"}"#,
        r#"- /<model.path>:predictLongRunning 0 {"instances":[{"prompt":<prompt>,"video":{"gcsUri":<video.gs>,"mimeType":"video/mp4"}}],"parameters":{"aspectRatio":<aspectRatio:16:9|9:16>,"durationSeconds":<seconds:4|6|8>,"resolution":<size>}}"#,
    ],
    ..PLAIN
};

/// Whether an object is an operation: by its name, beside which nothing else need stand, or by its `done`.
fn is_operation(object: &Value) -> bool {
    matches!(object.get("done"), Value::Bool(_))
        || object.get("name").text().is_some_and(|name| find(name, "operations/").is_some())
}
