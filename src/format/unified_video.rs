//! `/v1/video/query?id=`: the format that yunwu-style relays call unified. DataEyes answers `/v1/videos/{id}` in it, too.

use super::{Format, PLAIN, Spec};
use crate::text::lines;

pub(super) const SPEC: Spec = Spec {
    format: Format::UnifiedVideo,
    name: "unified-video",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &DOC,
    status: " /v1/video/query?id=<id>",
    // These relays serve OpenAI's path beside their own.
    content_path: Some(super::urls::content_path),
    marks: |body, _| body.has("status_update_time") || body.get("detail").is_map(),
    create: lines![
        r#"- /v1/video/create 09 {"model":"<model>","prompt":"<prompt>","images":[<images.any>],"duration":<seconds#:1-60>,"size":"<size?>","aspect_ratio":"<aspectRatio?>","orientation":"<aspectRatio?.orientation>"}"#,
    ],
    ..PLAIN
};

#[cfg(not(target_arch = "wasm32"))]
const DOC: super::doc::Doc = {
    use super::doc::*;
    Doc {
        about: "What yunwu-style relays call unified: one pair of paths for the models of many vendors. A queued word may stand outside while the upstream task runs inside, with its progress as a fraction.",
        spoken_by: "yunwu, VectorEngine, chainhub, lnapi, Apertis, crazyrouter, octopusx; DataEyes on `/v1/videos/{id}`",
        outputs_at: "`video_url`, else `detail.url`",
        calls: &[
            call(Does::Status, "GET /v1/video/query?id={id}"),
            call(Does::Content, "GET /v1/videos/{id}/content"),
            create("POST /v1/video/create", &[("prompt", "")]),
        ],
        bodies: &[Bodies {
            name: "",
            words: &[
                ("queued", &["pending"]),
                // The outer word stays; the inner one moves.
                (
                    "running",
                    &[
                        "pending",
                        "processing",
                        "in_progress",
                        "image_downloading",
                        "video_generating",
                        "video_generation_completed",
                        "video_upsampling",
                        "video_upsampling_completed",
                    ],
                ),
                ("succeeded", &["completed", "success"]),
                ("failed", &["failed", "error", "video_generation_failed", "video_upsampling_failed"]),
                ("expired", &["expired"]),
                ("unknown", &["unknown"]),
            ],
            one: r#""{task}""#,
            many: "",
            id: "{model}:task_{hex:26}",
            samples: &[
                sample("created", r#"{"id":"{id}","status":"pending","status_update_time":"{created:ms}"}"#),
                sample(
                    "queued",
                    r#"{"id":"{id}","status":"{word}","status_update_time":"{updated:ms}","detail":{"id":"{inner}","input":{"size":"large","model":"{model}","images":[],"prompt":"{prompt|}","orientation":"{orientation}"},"status":"{word}"}}"#,
                ),
                sample(
                    "queued%",
                    r#"{"id":"{id}","status":"{word}","status_update_time":"{updated:ms}","detail":{"id":"{inner}","input":{"size":"large","model":"{model}","images":[],"prompt":"{prompt|}","orientation":"{orientation}"},"status":"{word}","pending_info":{"id":"{inner}","type":"video_gen","status":"queued","progress_pct":"{progress}"}}}"#,
                ),
                // Veo's stages come without the inner task, which is Sora's.
                sample(
                    "=image_downloading =video_generating =video_generation_completed =video_upsampling =video_upsampling_completed",
                    r#"{"id":"{id}","status":"{word}","status_update_time":"{updated:ms}","video_url":null,"enhanced_prompt":""}"#,
                ),
                sample(
                    "running",
                    r#"{"id":"{id}","status":"{word}","status_update_time":"{updated:ms}","detail":{"id":"{inner}","input":{"size":"large","model":"{model}","images":[],"prompt":"{prompt|}","orientation":"{orientation}"},"status":"{word}","pending_info":{"id":"{inner}","type":"video_gen","model":"sy_8","title":"New Video","width":"{width}","height":"{height}","prompt":"{prompt|}","status":"processing","priority":2,"operation":"simple_compose","created_at":"{created:iso}","generations":[],"progress_pct":"{progress}","failure_reason":null,"moderation_result":{"code":null,"type":"passed","task_id":"{inner}","is_output_rejection":false,"results_by_frame_index":{}},"needs_user_review":false,"queue_status_message":null,"progress_pos_in_queue":null,"num_unsafe_generations":0,"estimated_queue_wait_time":null}}}"#,
                ),
                sample(
                    "succeeded",
                    r#"{"id":"{id}","status":"{word}","status_update_time":"{updated:ms}","width":"{width}","height":"{height}","video_url":"{url}","thumbnail_url":"{cover}","detail":{"id":"{inner}","url":"{url}","input":{"size":"large","model":"{model}","images":[],"prompt":"{prompt|}","orientation":"{orientation}"},"status":"{word}","thumbnail_url":"{cover}"}}"#,
                ),
                sample(
                    "failed",
                    r#"{"id":"{id}","status":"{word}","status_update_time":"{updated:ms}","error":"{message}","detail":{"id":"{inner}","input":{"size":"large","model":"{model}","images":[],"prompt":"{prompt|}","orientation":"{orientation}"},"status":"{word}"}}"#,
                ),
                sample("expired unknown", r#"{"id":"{id}","status":"{word}","status_update_time":"{updated:ms}"}"#),
                NEW_API_NOT_FOUND,
                OPENAI_REFUSED,
                OPENAI_ERROR,
            ],
        }],
        errors: &[
            (429, "rate_limit_exceeded", "Rate limit reached for requests."),
            (503, "", "The server is overloaded or not ready yet."),
        ],
        field: "video_url",
        sources: &[
            ("Create fields", "https://v98store.com/html_docs/api-369666077.html"),
            (
                "Query and its fields",
                "https://jusu-api.apifox.cn/359865498e0 and https://docs.octopusx.ai/en/videos/sora/unified-query",
            ),
            ("An unknown id", "https://docs.crazyrouter.com/en/video/openai-video-alias-query"),
        ],
        ..Doc::PLAIN
    }
};
