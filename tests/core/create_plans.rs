//! What each format is sent, to the letter; and what is refused before.

use std::collections::BTreeSet;

use reelay::create::{Plan, plan};
use reelay::failure::Code;
use reelay::flow::Method;
use reelay::format::{Format, TABLE, VIDEOS};
use serde_json::{Value as Json, json};

use crate::make::value;

/// The request of a format for these fields beside model and prompt.
fn planned(format: Format, more: Json) -> Result<Plan, String> {
    let mut order = json!({"model": "m", "prompt": "a \"cat\",\n[{<x>}]"});
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    plan(format.spec().create, format.spec(), &value(order)).map_err(|failure| {
        assert_eq!(failure.code, Code::InvalidArgument);
        assert!(failure.hint.unwrap().contains("`extra`"), "the hint tells of the way out");
        failure.message.clone()
    })
}

/// Path, body and kind of a request.
fn sent(format: Format, more: Json) -> (String, Json, String) {
    let Plan { method, path, body, form, kind } = planned(format, more).unwrap();
    assert_eq!((method, form), (Method::Post, false));
    (path, serde_json::from_str(&body).unwrap(), kind)
}

fn refusal(format: Format, more: Json) -> String {
    planned(format, more).unwrap_err()
}

const PROMPT: &str = "a \"cat\",\n[{<x>}]";
const A: &str = "https://x.example/a.png";
const B: &str = "https://x.example/b.jpg";

#[test]
fn openai_videos_is_sent_json_and_a_form_where_there_is_a_file() {
    let (path, body, _) = sent(Format::OpenaiVideos, json!({"seconds": 8, "size": "1280x720"}));
    assert_eq!((&*path, body), ("/v1/videos", json!({"model": "m", "prompt": PROMPT, "seconds": "8", "size": "1280x720"})));
    let (_, body, _) = sent(Format::OpenaiVideos, json!({"images": [A], "aspectRatio": "9:16"}));
    assert_eq!(body, json!({"model": "m", "prompt": PROMPT, "size": "720x1280", "input_reference": {"image_url": A}}));
    let form = planned(Format::OpenaiVideos, json!({"images": [0]})).unwrap();
    assert!(form.form);
    assert_eq!(form.body, "{\"model\":\"m\",\"prompt\":\"a \\\"cat\\\",\\u000a[{<x>}]\",\"input_reference\":\"\\u0000f0\"}");
}

#[test]
fn unified_video_has_a_list_of_images_even_when_empty() {
    let (path, body, _) = sent(Format::UnifiedVideo, json!({"seconds": 10, "size": "large", "aspectRatio": "16:9"}));
    assert_eq!(path, "/v1/video/create");
    let expected = json!({"model": "m", "prompt": PROMPT, "images": [], "duration": 10, "size": "large", "aspect_ratio": "16:9"});
    assert_eq!(body, expected);
    let (_, body, _) = sent(Format::UnifiedVideo, json!({"model": "sora-2-all", "images": [A, B], "aspectRatio": "9:16"}));
    assert_eq!((&body["images"], &body["orientation"]), (&json!([A, B]), &json!("portrait")), "Sora's own word");
}

#[test]
fn newapi_generations_has_one_image_in_one_place_and_several_in_another() {
    let (path, body, _) = sent(Format::NewapiGenerations, json!({"images": [A], "seconds": 5, "aspectRatio": "16:9"}));
    assert_eq!(path, "/v1/video/generations");
    let metadata = json!({"aspect_ratio": "16:9"});
    assert_eq!(body, json!({"model": "m", "prompt": PROMPT, "image": A, "duration": 5, "metadata": metadata}));
    assert_eq!(sent(Format::NewapiGenerations, json!({"images": [A, B]})).1["images"], json!([A, B]));
}

#[test]
fn sora_chat_is_a_streamed_conversation() {
    let (path, body, _) = sent(Format::SoraChat, json!({}));
    assert_eq!(path, "/v1/chat/completions");
    assert_eq!(body, json!({"model": "m", "messages": [{"role": "user", "content": PROMPT}], "stream": true}));
    let (_, body, _) = sent(Format::SoraChat, json!({"images": [A], "video": "https://x.example/v.mp4"}));
    let parts = json!([
        {"type": "text", "text": PROMPT},
        {"type": "image_url", "image_url": {"url": A}},
        {"type": "video_url", "video_url": {"url": "https://x.example/v.mp4"}},
    ]);
    assert_eq!(body["messages"][0]["content"], parts);
    let (_, body, _) = sent(Format::SoraChat, json!({"video": "https://x.example/v.mp4"}));
    assert_eq!(body["messages"][0]["content"].as_array().unwrap().len(), 2);
}

#[test]
fn kling_has_a_path_for_each_kind_and_remembers_it() {
    let (path, body, kind) = sent(Format::Kling, json!({"seconds": 5, "aspectRatio": "1:1"}));
    assert_eq!((&*path, &*kind), ("/v1/videos/text2video", "text2video"));
    assert_eq!(body, json!({"model_name": "m", "prompt": PROMPT, "duration": "5", "aspect_ratio": "1:1"}));
    let (path, body, kind) = sent(Format::Kling, json!({"images": [A, 1]}));
    assert_eq!((&*path, &*kind), ("/v1/videos/image2video", "image2video"));
    assert_eq!(body, json!({"model_name": "m", "prompt": PROMPT, "image": A, "image_tail": "\0b1"}), "base64 as it is");
    let (path, body, _) = sent(Format::Kling, json!({"images": [A, B, A]}));
    assert_eq!((&*path, &body["image_list"][1]), ("/v1/videos/multi-image2video", &json!({"image": B})));
    let (path, _, kind) = sent(Format::Kling, json!({"kind": "images/generations"}));
    assert_eq!((&*path, &*kind), ("/v1/images/generations", "images/generations"));
    let (path, body, _) = sent(Format::Kling, json!({"video": "7"}));
    assert_eq!((&*path, &body["video_id"]), ("/v1/videos/video-extend", &json!("7")));
    let (path, body, kind) = sent(Format::Kling, json!({"kind": "tasks", "model": "k/3", "seconds": 5, "size": "1080p"}));
    assert_eq!((&*path, &*kind), ("/text-to-video/k%2F3", "tasks"));
    assert_eq!(body, json!({"prompt": PROMPT, "settings": {"resolution": "1080p", "duration": 5}}));
    let (path, body, _) = sent(Format::Kling, json!({"kind": "tasks", "images": [A]}));
    assert_eq!((&*path, &body["contents"][1]), ("/image-to-video/m", &json!({"type": "image", "url": A})));
}

#[test]
fn wan_writes_pixels_with_an_asterisk_and_two_frames_elsewhere() {
    let (path, body, _) = sent(Format::Wan, json!({"size": "832x480", "seconds": 5, "images": [A]}));
    assert_eq!(path, "/api/v1/services/aigc/video-generation/video-synthesis");
    let parameters = json!({"size": "832*480", "duration": 5});
    assert_eq!(body, json!({"model": "m", "input": {"prompt": PROMPT, "img_url": A}, "parameters": parameters}));
    assert_eq!(sent(Format::Wan, json!({"size": "832*480"})).1["parameters"], json!({"size": "832*480"}));
    assert_eq!(sent(Format::Wan, json!({"size": "720P"})).1["parameters"], json!({"resolution": "720P"}));
    let (path, body, _) = sent(Format::Wan, json!({"images": [A, B]}));
    assert_eq!(path, "/api/v1/services/aigc/image2video/video-synthesis");
    assert_eq!(body["input"], json!({"prompt": PROMPT, "first_frame_url": A, "last_frame_url": B}));
    assert_eq!(Format::Wan.spec().create_headers, [("X-DashScope-Async", "enable")]);
}

#[test]
fn minimax_has_two_generations() {
    let (path, body, kind) = sent(Format::Minimax, json!({"seconds": 6, "size": "768P", "images": [A, B]}));
    assert_eq!((&*path, &*kind), ("/v1/video_generation", "v1"));
    let frames = (&body["first_frame_image"], &body["last_frame_image"], &body["duration"], &body["resolution"]);
    assert_eq!(frames, (&json!(A), &json!(B), &json!(6), &json!("768P")));
    let (path, body, kind) =
        sent(Format::Minimax, json!({"kind": "v2", "seconds": 15, "images": [A, B, A], "aspectRatio": "16:9"}));
    assert_eq!((&*path, &*kind, &body["ratio"]), ("/v2/video_generation", "v2", &json!("16:9")));
    let reference = json!({"type": "image_url", "image_url": {"url": B}, "role": "reference_image"});
    assert_eq!((&body["content"][0], &body["content"][2]), (&json!({"type": "text", "text": PROMPT}), &reference));
}

#[test]
fn vidu_has_a_path_for_each_number_of_images() {
    for (images, path) in [(0, "/text2video"), (1, "/img2video"), (2, "/start-end2video"), (3, "/reference2video")] {
        let (to, body, _) = sent(Format::Vidu, json!({"images": vec![A; images], "seconds": 5, "size": "1080p"}));
        assert_eq!((&*to, body["images"].as_array().map_or(0, Vec::len)), (path, images));
        assert_eq!((&body["duration"], &body["resolution"]), (&json!(5), &json!("1080p")));
    }
    assert_eq!(sent(Format::Vidu, json!({"kind": "reference2image", "images": [A]})).0, "/reference2image");
    assert_eq!(sent(Format::Vidu, json!({"images": [0]})).1["images"], json!(["\0u0"]), "a data: URL, which names its type");
}

#[test]
fn doubao_puts_all_into_content() {
    let (path, body, _) = sent(Format::Doubao, json!({"images": [A, B], "seconds": 5, "size": "720p", "aspectRatio": "16:9"}));
    assert_eq!(path, "/contents/generations/tasks");
    let content = json!([
        {"type": "text", "text": PROMPT},
        {"type": "image_url", "image_url": {"url": A}, "role": "first_frame"},
        {"type": "image_url", "image_url": {"url": B}, "role": "last_frame"},
    ]);
    assert_eq!(body, json!({"model": "m", "content": content, "resolution": "720p", "ratio": "16:9", "duration": 5}));
    assert_eq!(sent(Format::Doubao, json!({})).1["content"], json!([{"type": "text", "text": PROMPT}]));
    let (_, body, _) = sent(Format::Doubao, json!({"video": "https://x.example/v.mp4"}));
    assert_eq!(body["content"][1], json!({"type": "video", "video": {"url": "https://x.example/v.mp4"}}));
}

#[test]
fn veo_has_its_model_in_the_path_and_bytes_in_the_body() {
    let (path, body, _) = sent(Format::VeoNative, json!({"model": "veo-3.1", "seconds": 8, "images": [0]}));
    assert_eq!(path, "/models/veo-3.1:predictLongRunning");
    let image = json!({"bytesBase64Encoded": "\0b0", "mimeType": "\0t0"});
    assert_eq!(body, json!({"instances": [{"prompt": PROMPT, "image": image}], "parameters": {"durationSeconds": 8}}));
    let (_, body, _) = sent(Format::VeoNative, json!({"images": ["gs://b/a.jpg", 1]}));
    assert_eq!(body["instances"][0]["image"], json!({"gcsUri": "gs://b/a.jpg", "mimeType": "image/jpeg"}));
    assert_eq!(body["instances"][0]["lastFrame"], json!({"bytesBase64Encoded": "\0b1", "mimeType": "\0t1"}));
    let (_, body, _) = sent(Format::VeoNative, json!({"images": [0, 1, 2]}));
    assert_eq!(body["instances"][0]["referenceImages"].as_array().unwrap().len(), 3);
    let (path, body, _) =
        sent(Format::VeoNative, json!({"model": "projects/p/locations/l/publishers/google/models/v", "video": "gs://b/v"}));
    assert_eq!(path, "/projects/p/locations/l/publishers/google/models/v:predictLongRunning", "Vertex AI's whole name");
    assert_eq!(body["instances"][0]["video"], json!({"gcsUri": "gs://b/v", "mimeType": "video/mp4"}));
}

#[test]
fn suno_takes_an_idea_or_the_words() {
    let (path, body, _) = sent(Format::Suno, json!({}));
    assert_eq!((&*path, body), ("/submit/music", json!({"gpt_description_prompt": PROMPT, "mv": "m"})));
    assert_eq!(sent(Format::Suno, json!({"kind": "custom"})).1, json!({"prompt": PROMPT, "mv": "m"}));
    assert_eq!(sent(Format::Suno, json!({"video": "c"})).1["continue_clip_id"], json!("c"));
    let (path, body, _) = sent(Format::Suno, json!({"kind": "lyrics"}));
    assert_eq!((&*path, body), ("/submit/lyrics", json!({"prompt": PROMPT})));
}

#[test]
fn midjourney_has_addresses_and_the_ratio_in_its_prompt() {
    let (path, body, _) = sent(Format::Midjourney, json!({"images": [A, 1], "aspectRatio": "16:9"}));
    assert_eq!(path, "/submit/imagine");
    let prompt = [A, " ", PROMPT, " --ar 16:9"].concat();
    assert_eq!(body, json!({"prompt": prompt, "base64Array": ["\0u1"], "botType": "MID_JOURNEY"}));
    let (_, body, _) = sent(Format::Midjourney, json!({"model": "Niji 6", "images": [A]}));
    assert_eq!(body, json!({"prompt": format!("{A} {PROMPT}"), "botType": "NIJI_JOURNEY"}));
    let (path, body, _) = sent(Format::Midjourney, json!({"kind": "blend", "images": [0, 1]}));
    assert_eq!((&*path, body), ("/submit/blend", json!({"base64Array": ["\0u0", "\0u1"], "botType": "MID_JOURNEY"})));
    assert_eq!(sent(Format::Midjourney, json!({"kind": "modal"})).0, "/submit/modal");
}

#[test]
fn jimeng_counts_frames_and_is_asked_for_by_its_model() {
    let (path, body, kind) =
        sent(Format::Jimeng, json!({"model": "jimeng_x", "seconds": 10, "images": [A], "aspectRatio": "16:9"}));
    assert_eq!((&*path, &*kind), ("/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31", "jimeng_x"));
    let expected = json!({"req_key": "jimeng_x", "prompt": PROMPT, "image_urls": [A], "aspect_ratio": "16:9", "frames": 241});
    assert_eq!(body, expected);
    assert_eq!(sent(Format::Jimeng, json!({"images": [0], "seconds": 5})).1["frames"], json!(121));
    assert_eq!(sent(Format::Jimeng, json!({"images": [0]})).1["binary_data_base64"], json!(["\0b0"]));
    let (path, body, kind) = sent(Format::Jimeng, json!({"kind": "fetch", "model": "any model", "seconds": 5}));
    assert_eq!((&*path, &*kind, body), ("/submit/videos", "fetch", json!({"prompt": PROMPT, "duration": 5})));
}

#[test]
fn luma_and_runway_have_their_own_names() {
    let (path, body, _) = sent(Format::Luma, json!({"images": [A, B], "aspectRatio": "16:9"}));
    assert_eq!(path, "/generations");
    let expected = json!({"user_prompt": PROMPT, "model": "m", "image_url": A, "image_end_url": B, "aspect_ratio": "16:9"});
    assert_eq!(body, expected);
    assert_eq!(sent(Format::Luma, json!({"video": "a/b"})).0, "/generations/a%2Fb/extend");
    let (path, body, _) = sent(Format::Runway, json!({"size": "1280x720", "seconds": 5}));
    assert_eq!((&*path, &body["ratio"], &body["duration"]), ("/text_to_video", &json!("1280:720"), &json!(5)));
    let (path, body, _) = sent(Format::Runway, json!({"images": [A], "aspectRatio": "16:9"}));
    assert_eq!((&*path, &body["promptImage"], &body["ratio"]), ("/image_to_video", &json!(A), &json!("16:9")));
    let (_, body, _) = sent(Format::Runway, json!({"images": [A, B]}));
    assert_eq!(body["promptImage"], json!([{"uri": A, "position": "first"}, {"uri": B, "position": "last"}]));
    assert_eq!(sent(Format::Runway, json!({"video": B})).1["videoUri"], json!(B));
}

#[test]
fn replicate_is_asked_by_the_models_path_or_by_a_version() {
    let input = json!({"prompt": PROMPT, "duration": 5, "aspect_ratio": "16:9"});
    let more = |kind: Option<&str>| json!({"model": "o w/n:1", "seconds": 5, "aspectRatio": "16:9", "kind": kind});
    let (path, body, _) = sent(Format::Replicate, more(None));
    assert_eq!((&*path, body), ("/models/o%20w/n:1/predictions", json!({"input": input})));
    let (path, body, _) = sent(Format::Replicate, more(Some("version")));
    assert_eq!((&*path, body), ("/predictions", json!({"version": "o w/n:1", "input": input})));
    assert_eq!(sent(Format::Replicate, json!({})).0, "/models/m/predictions");
    // The name of a picture is the model's own.
    assert_eq!(refusal(Format::Replicate, json!({"images": [A]})), "images must be at most 0 for replicate.");
}

#[test]
fn what_no_format_takes_is_refused_by_name() {
    for spec in TABLE {
        for (more, name) in [
            (json!({"model": ""}), "model"),
            (json!({"model": 7}), "model"),
            (json!({"prompt": " "}), "prompt"),
            (json!({"seconds": 1.5}), "seconds"),
            (json!({"seconds": -5}), "seconds"),
            (json!({"seconds": "5"}), "seconds"),
            (json!({"seconds": 100_000}), "seconds"),
            (json!({"size": ""}), "size"),
            (json!({"aspectRatio": "wide"}), "aspectRatio"),
            (json!({"kind": "no-such-kind"}), "kind"),
            (json!({"kind": ""}), "kind"),
            (json!({"kind": 7}), "kind"),
            (json!({"video": {}}), "video"),
            (json!({"images": A}), "images"),
            (json!({"images": ["ftp://x.example/a.png"]}), "images[0]"),
            (json!({"images": [null]}), "images[0]"),
            (json!({"images": vec![A; 10]}), "images"),
        ] {
            let message = refusal(spec.format, more.clone());
            assert!(message.contains(name), "{} {more}: {message}", spec.name);
        }
    }
}

#[test]
fn values_are_refused_with_those_allowed() {
    for (format, more, message) in [
        (Format::OpenaiVideos, json!({"aspectRatio": "1:1"}), "aspectRatio must be one of 16:9, 9:16."),
        (Format::OpenaiVideos, json!({"seconds": 0}), "seconds must be 1-60."),
        (Format::OpenaiVideos, json!({"video": "v"}), "video is no field of openai-videos."),
        (Format::OpenaiVideos, json!({"kind": "x"}), "kind is no field of openai-videos."),
        (Format::OpenaiVideos, json!({"images": [A, A]}), "images must be at most 1 for openai-videos."),
        (Format::Kling, json!({"seconds": 2}), "seconds must be 3-15."),
        (Format::Kling, json!({"aspectRatio": "4:3"}), "aspectRatio must be one of 16:9, 9:16, 1:1."),
        (Format::Kling, json!({"size": "720p"}), "size is no field of kling as text2video."),
        (Format::Kling, json!({"kind": "image2video"}), "images must be at least 1 for kling."),
        (Format::Kling, json!({"kind": "video-extend"}), "video must be given."),
        (Format::Minimax, json!({"seconds": 5}), "seconds must be one of 6, 10."),
        (Format::Minimax, json!({"size": "720p"}), "size must be one of 512P, 720P, 768P, 1080P."),
        (Format::Minimax, json!({"kind": "v3"}), "kind must be one of v1, v2."),
        (Format::Doubao, json!({"size": "8k"}), "size must be one of 480p, 720p, 1080p, 4k."),
        (Format::VeoNative, json!({"seconds": 5}), "seconds must be one of 4, 6, 8."),
        (Format::VeoNative, json!({"images": [A]}), "images must be files, data: URLs or gs:// addresses for veo-native."),
        (Format::VeoNative, json!({"video": A}), "video must be gs://*."),
        (Format::Suno, json!({"seconds": 5}), "seconds is no field of suno as music."),
        (Format::Midjourney, json!({"kind": "blend", "images": [A, B]}), "images must be files or data: URLs for midjourney."),
        (Format::Jimeng, json!({"seconds": 6}), "seconds must be one of 5, 10."),
        (Format::Jimeng, json!({"images": [A, 1]}), "images must be all addresses or all files for jimeng."),
        (Format::Jimeng, json!({"model": "a model"}), "model must be a word such as jimeng_t2v_v30."),
    ] {
        assert_eq!(refusal(format, more), message);
    }
}

#[test]
fn any_model_is_sent() {
    for spec in TABLE {
        assert!(
            planned(spec.format, json!({"model": "a-model_of.2031"})).is_ok() || spec.format == Format::Jimeng,
            "{}",
            spec.name
        );
    }
}

/// Every way of every format gives JSON, whichever of its fields are given; no token is left in a path or unfilled.
#[test]
fn every_way_gives_json_whatever_is_left_out() {
    let fields = [("seconds", json!(10)), ("size", json!("768P")), ("aspectRatio", json!("16:9"))];
    let mut made = 0;
    for spec in TABLE {
        let mut kinds: BTreeSet<&str> =
            spec.create.lines().flat_map(|way| way.split(' ').next().unwrap().split('|')).filter(|kind| *kind != "-").collect();
        kinds.insert("");
        for kind in kinds {
            for images in 0..=9 {
                for given in 0..1 << (fields.len() + 2) {
                    let mut more = json!({"images": (0..images).map(|at| if given & 8 == 0 { json!(at) } else { json!("gs://b/a.png") }).collect::<Vec<_>>()});
                    for (bit, (name, field)) in fields.iter().enumerate() {
                        if given & (1 << bit) != 0 {
                            more[name] = field.clone();
                        }
                    }
                    if given & 16 != 0 {
                        more["video"] = json!("gs://b/v.mp4");
                    }
                    if !kind.is_empty() {
                        more["kind"] = json!(kind);
                    }
                    if let Ok(plan) = planned(spec.format, more.clone()) {
                        let body: Json =
                            serde_json::from_str(&plan.body).unwrap_or_else(|_| panic!("{}: {}", spec.name, plan.body));
                        assert!(body.is_object() && plan.path.starts_with('/'));
                        assert!(!plan.path.contains(['<', '\0', ' ']), "{}", plan.path);
                        made += 1;
                    }
                }
            }
        }
    }
    assert!(made > 1000, "{made}");
}

#[test]
fn the_calls_of_client_videos_have_their_paths() {
    let spec = Format::OpenaiVideos.spec();
    let called = |order: Json| plan(VIDEOS, spec, &value(order)).map_err(|failure| failure.message.clone());
    let of = |order: Json| called(order).map(|plan| (plan.method, plan.path, plan.body)).unwrap();
    let post = |path: &str, body: &str| (Method::Post, path.to_owned(), body.to_owned());
    assert_eq!(of(json!({"kind": "remix", "video": "v/1", "prompt": "p"})), post("/v1/videos/v%2F1/remix", r#"{"prompt":"p"}"#));
    let edit = json!({"kind": "edit", "video": "v/1", "prompt": "p"});
    assert_eq!(of(edit), post("/v1/videos/edits", r#"{"video":{"id":"v/1"},"prompt":"p"}"#));
    let file = json!({"kind": "extend", "images": [0], "prompt": "p", "seconds": 4});
    assert!(called(file.clone()).unwrap().form);
    assert_eq!(of(file), post("/v1/videos/extensions", r#"{"video":"\u0000f0","prompt":"p","seconds":"4"}"#));
    let character = json!({"kind": "createCharacter", "images": [0], "name": "n"});
    assert_eq!(of(character), post("/v1/videos/characters", r#"{"name":"n","video":"\u0000f0"}"#));
    let get = |path: &str| (Method::Get, path.to_owned(), String::new());
    assert_eq!(of(json!({"kind": "getCharacter", "video": "c"})), get("/v1/videos/characters/c"));
    assert_eq!(of(json!({"kind": "list"})), get("/v1/videos"));
    assert_eq!(of(json!({"kind": "list", "order": "asc"})), get("/v1/videos?order=asc"));
    let all = json!({"kind": "list", "limit": 0, "order": "desc", "after": "a&b"});
    assert_eq!(of(all), get("/v1/videos?limit=0&order=desc&after=a%26b"));
    assert_eq!(of(json!({"kind": "remove", "video": "v"})).0, Method::Delete);
    for (order, message) in [
        (json!({"kind": "remix", "video": "v"}), "prompt must be given."),
        (json!({"kind": "remix", "prompt": "p"}), "video must be given."),
        (json!({"kind": "extend", "video": "v", "prompt": "p", "seconds": 5}), "seconds must be one of 4, 8, 12, 16, 20."),
        (json!({"kind": "list", "limit": 101}), "limit must be 0-100."),
        (json!({"kind": "list", "order": "up"}), "order must be one of asc, desc."),
    ] {
        assert_eq!(called(order).unwrap_err(), message);
    }
}
