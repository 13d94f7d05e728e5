// One running and one finished task in each wire format, with the keys that the services really send.
const signed =
  "https://videos.example.com/generations/2026/11/21/6f1d2c0e9b7a.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261121T101500Z" +
  "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=4b8f0d1c6e2a97350b1fd6c8e4a2b7903fd15c6a8e7b2d4f9016a3c5e8b7d2f1";
const prompt = "A paper airplane glides across a desk, slow dolly shot, soft morning light through tall windows, shallow depth of field";

function openaiVideos() {
  const task = (id, rest) => ({
    id, object: "video", model: "sora-2", created_at: 1795252500, completed_at: null, expires_at: null, error: null,
    prompt, remixed_from_video_id: null, seconds: "8", size: "1280x720", ...rest,
  });
  return [
    task("video_69b25d5f467c81908733a56bc236b4df", { status: "in_progress", progress: 42 }),
    task("video_691209aab0a08198a4e78870277f7e3d", {
      status: "completed", progress: 100, completed_at: 1795252589, expires_at: 1795338989, video_url: signed,
    }),
  ];
}

function runwayTasks() {
  const createdAt = "2026-11-21T10:15:00.123Z";
  return [
    { id: "17f20503-6c24-4c16-946b-35dbbce2af2f", createdAt, status: "RUNNING", progress: 0.42, estimatedCost: { credits: 40 } },
    { id: "d2e3d1f4-1b3c-4b5c-8d46-1c1d7ce86892", createdAt, status: "SUCCEEDED", cost: { credits: 40 }, output: [signed] },
  ];
}

function falQueue() {
  const task = (request_id, rest) => {
    const url = `https://queue.fal.run/fal-ai/veo3/requests/${request_id}`;
    return { request_id, response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel`, logs: null, ...rest };
  };
  return [
    task("764cabcf-b745-4b3e-ae38-1200304cf45b", { status: "IN_PROGRESS", metrics: {} }),
    task("80e732af-660e-45cd-bd63-580e4f2a94cc", { status: "COMPLETED", metrics: { inference_time: 89.41 } }),
  ];
}

function replicatePredictions() {
  const task = (id, rest) => ({
    id, model: "google/veo-3", version: "hidden", input: { prompt, duration: 8, resolution: "720p" },
    logs: "Using seed: 1044\nGenerating video...\n", output: null, data_removed: false, error: null, source: "api",
    created_at: "2026-11-21T10:15:00.123Z", started_at: "2026-11-21T10:15:00.480Z",
    urls: {
      cancel: `https://api.replicate.com/v1/predictions/${id}/cancel`,
      get: `https://api.replicate.com/v1/predictions/${id}`,
      web: `https://replicate.com/p/${id}`,
    },
    ...rest,
  });
  return [
    task("ufawqhfynnddngldkgtslldrkq", { status: "processing" }),
    task("rrr4z55ocneqzikepnug6xezpe", {
      status: "succeeded", output: signed, completed_at: "2026-11-21T10:16:29.910Z", metrics: { predict_time: 89.43, total_time: 89.787 },
    }),
  ];
}

/** Format -> [running, finished]. */
function googleOperations() {
  const task = (id, rest) => ({ name: `models/veo-3.1-generate-preview/operations/${id}`, ...rest });
  return [
    task("mg3pt9cbmvr1", {}),
    task("qk7zx2hdwa84", {
      done: true,
      response: {
        "@type": "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse",
        generateVideoResponse: {
          generatedSamples: [{ video: { uri: "https://generativelanguage.googleapis.com/v1beta/files/generated-video-id:download?alt=media" } }],
        },
      },
    }),
  ];
}

export const bodies = {
  "openai-videos": openaiVideos(),
  "runway-tasks": runwayTasks(),
  "fal-queue": falQueue(),
  "replicate-predictions": replicatePredictions(),
  "google-operations": googleOperations(),
};
