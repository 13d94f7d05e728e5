//! Rules for vendors' bodies beyond what their fixtures show.

use reelay::failure::Code;
use reelay::flow::{Answer, Body, Exchange, Headers};
use reelay::format::{self, Format};
use reelay::host::PLATFORM;
use reelay::policy::verdict;
use reelay::reading::{Reading, Snapshot};
use reelay::task::{Reason, Status};
use serde_json::{Value as Json, json};

use crate::make::{RELAY, moment, reason, value};

fn reading(format: Format, body: Json) -> Reading {
    format::read_as(&value(body), 200, Some(format), &PLATFORM)
}

fn task(format: Format, body: Json) -> Box<Snapshot> {
    match reading(format, body.clone()) {
        Reading::Task(snapshot) => snapshot,
        other => panic!("{body}: {other:?}"),
    }
}

fn outputs(format: Format, body: Json) -> Vec<(&'static str, String)> {
    task(format, body).outputs.into_iter().map(|output| (output.kind.word(), output.url)).collect()
}

fn failed(format: Format, body: Json) -> Reason {
    let task = task(format, body);
    assert_eq!(task.status, Status::Failed);
    task.error.unwrap()
}

fn code(format: Format, status: u16, body: Json) -> Code {
    let answer = Answer { status, headers: Headers::default(), body: Body::Json(value(body)) };
    verdict::judge(RELAY, &Exchange::Answer(answer), Some(format), moment(), &PLATFORM).unwrap_err().code
}

const A: &str = "https://cdn.example/a.mp4";

#[test]
fn klings_pictures_are_pictures() {
    let body = |result: Json| json!({"code": 0, "data": {"task_id": "1", "task_status": "succeed", "task_result": result}});
    let two = json!({"images": [{"index": 0, "url": "https://a.example/0.png", "watermark_url": "https://a.example/w.png"}, {"index": 1, "url": "https://a.example/1"}]});
    assert_eq!(
        outputs(Format::Kling, body(two)),
        [("image", "https://a.example/0.png".into()), ("image", "https://a.example/1".into())]
    );
    let clips = json!({"videos": [{"url": A, "watermark_url": "https://a.example/w.mp4"}, {"url": "https://a.example/2.mp4"}]});
    assert_eq!(outputs(Format::Kling, body(clips)).len(), 2, "watermarked twins are no outputs");
}

#[test]
fn klings_second_generation_tells_why_and_knows_nothing_of_other_ids() {
    let reason_of = failed(Format::Kling, json!({"code": 0, "data": [{"id": "1", "status": "failed", "message": "no"}]}));
    assert_eq!(reason_of, reason(None, Some("no")));
    assert_eq!(code(Format::Kling, 200, json!({"code": 0, "message": "SUCCEED", "data": []})), Code::NotFound);
}

#[test]
fn the_address_that_a_relay_gives_itself_goes_before_the_vendors() {
    let vendor = json!({"code": 0, "data": {"task_id": "9", "task_status": "succeed", "task_result": {"videos": [{"url": A}, {"url": "https://a.example/2.mp4"}]}}});
    let own = "https://relay.example/v1/videos/task_1/content";
    let body = json!({"code": "success", "data": {"task_id": "task_1", "status": "SUCCESS", "result_url": own, "data": vendor}});
    for format in [Format::Kling, Format::NewapiGenerations] {
        assert_eq!(outputs(format, body.clone()), [("video", own.into()), ("video", "https://a.example/2.mp4".into())]);
    }
}

#[test]
fn wans_pictures_stand_beside_those_that_were_refused() {
    let body = json!({"output": {"task_id": "1", "task_status": "SUCCEEDED", "results": [{"url": "https://a.example/1"}, {"code": "X", "message": "no"}]}});
    assert_eq!(outputs(Format::Wan, body), [("image", "https://a.example/1".into())]);
    let newer = json!({"output": {"task_id": "1", "task_status": "SUCCEEDED", "choices": [{"message": {"content": [{"image_url": "https://a.example/1"}, {"image": "https://a.example/2"}]}}]}});
    assert_eq!(outputs(Format::Wan, newer).len(), 2);
    let beside = json!({"result_url": A, "output": {"task_id": "1", "task_status": "SUCCEEDED"}});
    assert_eq!(outputs(Format::Wan, beside), [("video", A.into())]);
}

#[test]
fn a_cancelled_task_has_its_word_for_a_code() {
    let cases = [
        (Format::Wan, json!({"output": {"task_id": "1", "task_status": "CANCELED"}}), "CANCELED"),
        (Format::Doubao, json!({"id": "cgt-1", "status": "cancelled"}), "cancelled"),
        (Format::Midjourney, json!({"id": "1", "status": "CANCEL", "imageUrl": ""}), "CANCEL"),
        (Format::Runway, json!({"id": "1", "status": "CANCELLED"}), "CANCELLED"),
    ];
    for (format, body, word) in cases {
        assert_eq!(failed(format, body), reason(Some(word), None));
    }
}

#[test]
fn minimax_refuses_in_a_200() {
    for (number, want) in [
        (1002, Code::RateLimited),
        (1004, Code::Auth),
        (1008, Code::InsufficientFunds),
        (1026, Code::Rejected),
        (2013, Code::Rejected),
        (2049, Code::Auth),
    ] {
        let refused = json!({"task_id": "1", "status": "", "base_resp": {"status_code": number, "status_msg": "no"}});
        assert_eq!(code(Format::Minimax, 200, refused), want, "an empty word beside a refusal is no state: {number}");
    }
    let moderated = json!({"task_id": "1", "status": "Fail", "base_resp": {"status_code": 1026, "status_msg": "no"}});
    assert_eq!(failed(Format::Minimax, moderated), reason(Some("1026"), Some("no")));
}

#[test]
fn minimax_file_is_asked_for_where_no_address_is() {
    let finished = |file: Json| {
        task(Format::Minimax, json!({"task_id": "1", "status": "Success", "file_id": file, "base_resp": {"status_code": 0}}))
    };
    assert_eq!(finished(json!("17")).follow.as_deref(), Some("/v1/files/retrieve?file_id=17"));
    assert_eq!(finished(json!(176_844_028_768_320_i64)).follow.as_deref(), Some("/v1/files/retrieve?file_id=176844028768320"));
    assert_eq!(finished(json!("")).follow, None);
    let template = json!({"task_id": "1", "status": "Success", "file_id": "17", "video_url": A, "base_resp": {"status_code": 0}});
    assert_eq!(task(Format::Minimax, template).follow, None, "the address is there");
    let running = json!({"task_id": "1", "status": "Processing", "file_id": "17", "base_resp": {"status_code": 0}});
    assert_eq!(task(Format::Minimax, running).follow, None);
}

#[test]
fn a_log_line_is_no_task() {
    let body = json!({"id": "as-log", "task_id": "17", "status": "Processing", "base_resp": {"status_code": 0}});
    assert_eq!(task(Format::Minimax, body).id.as_deref(), Some("17"));
}

#[test]
fn vidus_files_tell_what_they_are() {
    let body = |creation: Json| json!({"id": "1", "state": "success", "creations": [creation]});
    assert_eq!(
        outputs(Format::Vidu, body(json!({"url": "https://a.example/1.mp3?x=1"}))),
        [("audio", "https://a.example/1.mp3?x=1".into())]
    );
    assert_eq!(
        outputs(Format::Vidu, body(json!({"url": "https://a.example/1.png"}))),
        [("image", "https://a.example/1.png".into())]
    );
    assert_eq!(
        outputs(Format::Vidu, body(json!({"uri": A, "sound_url": "https://a.example/s"}))),
        [("video", A.into()), ("audio", "https://a.example/s".into())]
    );
    assert_eq!(
        code(Format::Vidu, 400, json!({"code": 400, "reason": "CreditInsufficient", "message": ""})),
        Code::InsufficientFunds
    );
    assert_eq!(code(Format::Vidu, 404, json!({"code": 404, "reason": "TaskNotFound", "message": ""})), Code::NotFound);
}

#[test]
fn a_vendors_body_is_found_behind_relays_behind_relays() {
    let vendor =
        json!({"id": "cgt-1", "status": "succeeded", "content": {"video_url": A, "last_frame_url": "https://a.example/l.png"}});
    let once = json!({"code": "success", "data": {"task_id": "t", "status": "SUCCESS", "data": vendor}});
    let twice = json!({"code": "success", "data": {"task_id": "u", "status": "SUCCESS", "data": once["data"]}});
    for body in [vendor, once, twice] {
        assert_eq!(outputs(Format::Doubao, body.clone()), [("video", A.into()), ("image", "https://a.example/l.png".into())]);
        assert_eq!(outputs(Format::NewapiGenerations, body).len(), 2);
    }
}

#[test]
fn an_operation_may_be_filtered_in_part_or_whole() {
    let done = |response: Json| json!({"name": "models/m/operations/o", "done": true, "response": response});
    let part = json!({"generateVideoResponse": {"generatedSamples": [{"video": {"uri": A}}], "raiMediaFilteredCount": 1}});
    assert_eq!(outputs(Format::VeoNative, done(part)), [("video", A.into())]);
    assert_eq!(failed(Format::VeoNative, done(json!({}))), reason(None, None), "done, and nothing there");
    let whole = json!({"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["policy"]});
    assert_eq!(failed(Format::VeoNative, done(whole)), reason(None, Some("policy")));
    let running = json!({"name": "operations/o", "done": false, "metadata": {"progressPercent": 40}});
    assert_eq!(task(Format::VeoNative, running).progress, Some(0.4));
}

#[test]
fn an_operations_results_may_be_in_a_bucket_or_in_the_body() {
    let done = |response: Json| json!({"name": "projects/p/operations/o", "done": true, "response": response});
    let bucket = json!({"videos": [{"gcsUri": "gs://b/1.mp4", "mimeType": "video/mp4"}, {"gcsUri": "gs://b/2.mp4"}]});
    assert_eq!(outputs(Format::VeoNative, done(bucket)), [("video", "gs://b/1.mp4".into()), ("video", "gs://b/2.mp4".into())]);
    let sample = json!({"generatedSamples": [{"video": {"encodedVideo": "AAAA", "encoding": "video/webm"}}]});
    assert_eq!(outputs(Format::VeoNative, done(sample)), [("video", "data:video/webm;base64,AAAA".into())]);
    let single = json!({"video": "AAAA", "encoding": "mp4"});
    assert_eq!(outputs(Format::VeoNative, done(single)), [("video", "data:video/mp4;base64,AAAA".into())]);
}

#[test]
fn each_of_sunos_clips_has_its_song_its_cover_and_its_film() {
    let clip = |n: u8| json!({"id": "c", "status": "complete", "audio_url": format!("https://a.example/{n}.mp3"), "image_url": format!("https://a.example/{n}.jpeg"), "video_url": ""});
    let body =
        json!({"code": "success", "data": {"task_id": "t", "action": "MUSIC", "status": "SUCCESS", "data": [clip(1), clip(2)]}});
    let kinds: Vec<_> = outputs(Format::Suno, body).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["audio", "cover", "audio", "cover"]);
}

#[test]
fn a_clip_tells_why_its_song_failed() {
    let clips = json!([{"status": "error", "audio_url": "", "metadata": {"error_type": "moderation", "error_message": "no"}}]);
    let body = json!({"code": "success", "data": {"task_id": "t", "action": "MUSIC", "status": "FAILURE", "fail_reason": "", "data": clips}});
    assert_eq!(failed(Format::Suno, body), reason(Some("moderation"), Some("no")));
}

#[test]
fn a_relay_names_a_new_song_in_a_list() {
    let created = task(Format::Suno, json!({"code": "success", "data": [{"task_id": "t"}]}));
    assert_eq!((created.id.as_deref(), created.status), (Some("t"), Status::Queued));
}

#[test]
fn midjourneys_films_come_before_its_pictures() {
    let task_of = |fields: Json| {
        let mut body = json!({"id": "1", "status": "SUCCESS", "imageUrl": "https://a.example/g.png"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        outputs(Format::Midjourney, body).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    assert_eq!(task_of(json!({"videoUrls": [{"url": A}, {"url": "https://a.example/2.mp4"}]})), ["video", "video", "image"]);
    assert_eq!(task_of(json!({"videoUrl": A})), ["video", "image"]);
    assert_eq!(
        task_of(json!({"imageUrls": [{"url": "https://a.example/1.png", "thumbnail": "https://a.example/t.png"}]})),
        ["image", "image"]
    );
    let queue_full = json!({"code": 23, "description": "full", "result": "1"});
    assert_eq!(reading(Format::Midjourney, queue_full), Reading::Error(reason(Some("23"), Some("full"))));
    assert_eq!(code(Format::Midjourney, 400, json!({"code": 4, "description": "quota_not_enough"})), Code::InsufficientFunds);
    assert_eq!(code(Format::Midjourney, 400, json!({"code": 4, "description": "task_no_found "})), Code::NotFound);
}

#[test]
fn jimengs_pictures_come_by_address_or_in_the_body() {
    let body = |data: Json| json!({"code": 10000, "data": data, "message": "Success"});
    assert_eq!(
        outputs(Format::Jimeng, body(json!({"status": "done", "image_urls": ["https://a.example/1"]}))),
        [("image", "https://a.example/1".into())]
    );
    let inline = json!({"status": "done", "binary_data_base64": ["AAAA"], "image_urls": null});
    assert_eq!(outputs(Format::Jimeng, body(inline)), [("image", "data:image/png;base64,AAAA".into())]);
    assert_eq!(
        reading(Format::Jimeng, json!({"code": 50430, "message": "slow", "data": null})),
        Reading::Error(reason(Some("50430"), Some("slow")))
    );
    assert_eq!(code(Format::Jimeng, 200, body(json!({"status": "not_found"}))), Code::NotFound);
}

#[test]
fn lumas_clean_copy_goes_before_the_watermarked() {
    let body = json!({"id": "1", "state": "completed", "video": {"url": "https://a.example/w.mp4", "download_url": ""}, "video_raw": {"url": A}});
    assert_eq!(outputs(Format::Luma, body), [("video", A.into())]);
    let artifact = json!({"id": "1", "state": "completed", "video": null, "artifact": {"video": {"url": A}, "last_frame": {"url": "https://a.example/l.jpg"}}});
    assert_eq!(outputs(Format::Luma, artifact), [("video", A.into()), ("image", "https://a.example/l.jpg".into())]);
}

#[test]
fn runways_progress_is_a_fraction() {
    assert_eq!(task(Format::Runway, json!({"id": "1", "status": "RUNNING", "progress": 0.42})).progress, Some(0.42));
    assert_eq!(task(Format::Runway, json!({"id": "1", "status": "RUNNING", "progress": "42%"})).progress, Some(0.42));
    assert_eq!(task(Format::Runway, json!({"id": "1", "status": "THROTTLED"})).status, Status::Queued);
    let reason_of =
        failed(Format::Runway, json!({"id": "1", "status": "FAILED", "failure": "no", "failureCode": "SAFETY.INPUT"}));
    assert_eq!(reason_of, reason(Some("SAFETY.INPUT"), Some("no")));
}

#[test]
fn wans_trouble_has_its_codes() {
    for (word, status, want) in [
        ("Arrearage", 400, Code::InsufficientFunds),
        ("Throttling.RateQuota", 429, Code::RateLimited),
        ("InvalidApiKey", 401, Code::Auth),
    ] {
        assert_eq!(code(Format::Wan, status, json!({"request_id": "r", "code": word, "message": "m"})), want, "{word}");
    }
    assert_eq!(code(Format::Kling, 429, json!({"code": 1102, "message": "pack used up"})), Code::InsufficientFunds);
    assert_eq!(code(Format::Kling, 429, json!({"code": 1303, "message": "too many"})), Code::RateLimited);
}
