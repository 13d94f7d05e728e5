//! Status words: each stands once, with the public place where it was met.

use crate::task::Status;

/// A word of the wire, what it means, and who sends it.
pub struct Word {
    /// Lower case.
    pub word: &'static str,
    /// How it is read.
    pub status: Status,
    /// Where it was met. For the documentation alone.
    #[cfg(not(target_arch = "wasm32"))]
    pub source: &'static str,
}

#[cfg(not(target_arch = "wasm32"))]
const fn word(word: &'static str, status: Status, source: &'static str) -> Word {
    Word { word, status, source }
}

#[cfg(target_arch = "wasm32")]
const fn word(word: &'static str, status: Status, _source: &'static str) -> Word {
    Word { word, status }
}

/// All words that are known. Anything else is `unknown` and never final: a word met for the first time must not end a
/// wait for a paid task.
pub const WORDS: &[Word] = &[
    word("queued", Status::Queued, "openai-openapi, VideoResource.status"),
    word("queueing", Status::Queued, "Vidu, Hailuo: new-api relay/channel/task"),
    word("pending", Status::Queued, "unified format: yunwu, VectorEngine; OpenRouter"),
    word("submitted", Status::Queued, "new-api model/task.go; Kling"),
    word("not_start", Status::Queued, "new-api model/task.go"),
    word("created", Status::Queued, "Vidu: new-api relay/channel/task/vidu"),
    word("initializing", Status::Queued, "qnaigc, /v1/videos/generations"),
    word("preparing", Status::Queued, "Hailuo: new-api relay/channel/task/hailuo"),
    word("waiting", Status::Queued, "relays' unified format"),
    word("in_queue", Status::Queued, "Jimeng: new-api relay/channel/task/jimeng; fal queue"),
    word("throttled", Status::Queued, "Runway API, task status"),
    word("starting", Status::Queued, "Replicate, prediction status"),
    // new-api's NewOpenAIVideo fills only `object`: dto/openai_video.go.
    word("", Status::Queued, "new-api dto/openai_video.go"),
    word("in_progress", Status::Running, "openai-openapi, VideoResource.status; new-api"),
    word("processing", Status::Running, "Kapon, unified format, Kling, Doubao"),
    word("running", Status::Running, "Ali, Doubao, Runway: new-api relay/channel/task"),
    word("generating", Status::Running, "relays' unified format; Jimeng"),
    word("uploading", Status::Running, "relays' unified format"),
    // Waits for a call that only its owner can make: trueai-org/midjourney-proxy.
    word("modal", Status::Running, "trueai-org/midjourney-proxy, TaskStatus"),
    word("image_downloading", Status::Running, "VectorEngine, Veo stages"),
    word("video_generating", Status::Running, "VectorEngine, Veo stages"),
    // The raw clip exists, upsampling may follow: not final.
    word("video_generation_completed", Status::Running, "VectorEngine, Veo stages"),
    word("video_upsampling", Status::Running, "VectorEngine, Veo stages"),
    word("video_upsampling_completed", Status::Running, "VectorEngine, Veo stages"),
    word("completed", Status::Succeeded, "openai-openapi, VideoResource.status"),
    word("complete", Status::Succeeded, "ArcReel's synonym table"),
    word("succeeded", Status::Succeeded, "modelsell, Ali, Doubao; ArcReel issue 1889"),
    word("succeed", Status::Succeeded, "Kling: new-api relay/channel/task/kling"),
    word("success", Status::Succeeded, "new-api model/task.go; Vidu, Hailuo"),
    word("done", Status::Succeeded, "xAI, Jimeng"),
    word("finished", Status::Succeeded, "ArcReel's synonym table"),
    word("failed", Status::Failed, "openai-openapi, VideoResource.status"),
    word("fail", Status::Failed, "Hailuo: new-api relay/channel/task/hailuo"),
    word("failure", Status::Failed, "new-api model/task.go"),
    word("error", Status::Failed, "unified format: a new-api fork's yunwu adaptor"),
    word("cancelled", Status::Failed, "octopusx, Lumenfall, OpenRouter"),
    word("canceled", Status::Failed, "Ali: new-api relay/channel/task/ali"),
    word("cancel", Status::Failed, "trueai-org/midjourney-proxy, TaskStatus"),
    // Its deadline came before it could start.
    word("aborted", Status::Failed, "Replicate, prediction lifecycle"),
    word("rejected", Status::Failed, "ArcReel's synonym table"),
    word("blocked", Status::Failed, "ArcReel's synonym table"),
    word("video_generation_failed", Status::Failed, "VectorEngine, Veo stages"),
    word("video_upsampling_failed", Status::Failed, "VectorEngine, Veo stages"),
    word("expired", Status::Expired, "ArcReel issue 651; OpenRouter"),
];

/// Reads a status word without regard to case or surrounding space.
pub fn read(word: &str) -> Status {
    let word = word.trim_ascii();
    WORDS.iter().find(|known| known.word.eq_ignore_ascii_case(word)).map_or(Status::Unknown, |known| known.status)
}

/// Whether a word says nothing to us: neither in the table nor the relays' own `unknown`.
pub fn is_new(word: &str) -> bool {
    read(word) == Status::Unknown && !word.trim_ascii().eq_ignore_ascii_case("unknown")
}
