//! Status words: each stands once, with the public place where it was met.

use crate::task::Status;
use crate::text::among;

/// A word of the wire, what it means, and who sends it.
#[cfg(not(target_arch = "wasm32"))]
pub struct Word {
    /// Lower case.
    pub word: &'static str,
    /// How it is read.
    pub status: Status,
    /// Where it was met.
    pub source: &'static str,
}

/// Makes of one table the words to read by, and what the documentation says of them.
macro_rules! words {
    ($($status:ident { $($word:literal $source:literal,)* })*) => {
        /// All words that are known.
        #[cfg(not(target_arch = "wasm32"))]
        pub const WORDS: &[Word] = &[$($(Word { word: $word, status: Status::$status, source: $source },)*)*];

        // What stands behind the last `|` is the empty word, which the first row has.
        const READ: &[(&str, Status)] = &[$((concat!($($word, "|"),*), Status::$status),)*];
    };
}

// Anything else is `unknown` and never final: a word met for the first time must not end a wait for a paid task.
words! {
    Queued {
        "queued" "openai-openapi, VideoResource.status",
        "queueing" "Vidu, Hailuo: new-api relay/channel/task",
        "pending" "unified format: yunwu, VectorEngine; OpenRouter",
        "submitted" "new-api model/task.go; Kling",
        "not_start" "new-api model/task.go",
        "created" "Vidu: new-api relay/channel/task/vidu",
        "initializing" "qnaigc, /v1/videos/generations",
        "preparing" "Hailuo: new-api relay/channel/task/hailuo",
        "waiting" "relays' unified format",
        "in_queue" "Jimeng: new-api relay/channel/task/jimeng; fal queue",
        "throttled" "Runway API, task status",
        "starting" "Replicate, prediction status",
        // new-api's NewOpenAIVideo fills only `object`: dto/openai_video.go.
        "" "new-api dto/openai_video.go",
    }
    Running {
        "in_progress" "openai-openapi, VideoResource.status; new-api",
        "processing" "Kapon, unified format, Kling, Doubao",
        "running" "Ali, Doubao, Runway: new-api relay/channel/task",
        "generating" "relays' unified format; Jimeng",
        "uploading" "relays' unified format",
        // Waits for a call that only its owner can make: trueai-org/midjourney-proxy.
        "modal" "trueai-org/midjourney-proxy, TaskStatus",
        "image_downloading" "VectorEngine, Veo stages",
        "video_generating" "VectorEngine, Veo stages",
        // The raw clip exists, upsampling may follow: not final.
        "video_generation_completed" "VectorEngine, Veo stages",
        "video_upsampling" "VectorEngine, Veo stages",
        "video_upsampling_completed" "VectorEngine, Veo stages",
    }
    Succeeded {
        "completed" "openai-openapi, VideoResource.status",
        "complete" "ArcReel's synonym table",
        "succeeded" "modelsell, Ali, Doubao; ArcReel issue 1889",
        "succeed" "Kling: new-api relay/channel/task/kling",
        "success" "new-api model/task.go; Vidu, Hailuo",
        "done" "xAI, Jimeng",
        "finished" "ArcReel's synonym table",
    }
    Failed {
        "failed" "openai-openapi, VideoResource.status",
        "fail" "Hailuo: new-api relay/channel/task/hailuo",
        "failure" "new-api model/task.go",
        "error" "unified format: a new-api fork's yunwu adaptor",
        "cancelled" "octopusx, Lumenfall, OpenRouter",
        "canceled" "Ali: new-api relay/channel/task/ali",
        "cancel" "trueai-org/midjourney-proxy, TaskStatus",
        // Its deadline came before it could start.
        "aborted" "Replicate, prediction lifecycle",
        "rejected" "ArcReel's synonym table",
        "blocked" "ArcReel's synonym table",
        "video_generation_failed" "VectorEngine, Veo stages",
        "video_upsampling_failed" "VectorEngine, Veo stages",
    }
    Expired {
        "expired" "ArcReel issue 651; OpenRouter",
    }
}

/// Reads a status word without regard to case or surrounding space.
pub fn read(word: &str) -> Status {
    let word = word.trim_ascii().to_ascii_lowercase();
    READ.iter().find(|(words, _)| among(&word, words)).map_or(Status::Unknown, |(_, status)| *status)
}

/// Whether a word says nothing to us: neither in the table nor the relays' own `unknown`.
pub fn is_new(word: &str) -> bool {
    read(word) == Status::Unknown && !word.trim_ascii().eq_ignore_ascii_case("unknown")
}
