//! JSON bodies of a task, in the three formats and the envelopes that relays put around them.

use reelay::format::words::WORDS;
use reelay::task::Status;
use serde_json::{Value as Json, json};

use super::chance::Chance;
use super::fault::Fault;
use super::scenario::Scenario;

const SHAPES: usize = 3;

/// What a body is to say.
pub struct View<'a> {
    pub id: &'a str,
    pub status: Status,
    pub progress: f64,
    pub url: Option<&'a str>,
    /// Seconds since 1970.
    pub now: f64,
}

/// Words that no table knows, now or later.
const INVENTED: &[&str] = &["warming_up", "Rendering 4K", "POST-PROCESSING", "retry_scheduled", "等待中", "half_done", "state:7"];

/// A body, its truth, and the classes it stands for.
pub fn body(view: &View, scenario: &Scenario, chance: &Chance, met: &dyn Fn(Fault)) -> (Json, Status) {
    let (word, status) = word(view.status, scenario, chance, met);
    let whole = |percent: f64| percent.floor() as u32;
    let percent = whole(view.progress * 100.0);
    let succeeded = status == Status::Succeeded;
    let failed = matches!(status, Status::Failed | Status::Expired);
    let url = view.url.filter(|_| succeeded);
    let mut task = match chance.below(SHAPES) {
        0 => json!({"id": view.id, "object": "video", "model": "sora-2", "progress": percent, "created_at": whole(view.now),
            "seconds": "8", "size": "1280x720", "error": null}),
        1 => json!({"id": view.id, "video_url": null, "enhanced_prompt": "", "status_update_time": whole(view.now),
            "detail": {"id": "gen_1", "input": {"prompt": "a cat"}}}),
        _ => {
            json!({"task_id": view.id, "id": 4711, "platform": "45", "action": "textGenerate", "fail_reason": "", "result_url": "",
            "progress": format!("{percent}%"), "submit_time": whole(view.now), "start_time": 0, "finish_time": 0,
            "data": {"status": "whatever the vendor says"}})
        }
    };
    let fields = task.as_object_mut().unwrap();
    match word {
        Some(word) => drop(fields.insert("status".to_owned(), json!(word))),
        // A body without a word is a task on its way as long as it looks like one.
        None => drop(fields.insert("model".to_owned(), json!("sora-2"))),
    }
    if failed {
        let reason = json!({"code": "moderation_blocked", "message": "The clip was refused."});
        fields.insert("error".to_owned(), reason);
        // new-api calls a failure finished, too.
        fields.insert("progress".to_owned(), json!("100%"));
    } else if scenario.is(Fault::StaleError) && chance.percent(50) && word_is_known(fields) {
        met(Fault::StaleError);
        fields.insert("error".to_owned(), json!({"code": "rate_limit", "message": "an earlier attempt failed"}));
    }
    if let Some(url) = url {
        put(fields, url, chance);
    }
    if scenario.is(Fault::Enveloped) && chance.percent(60) {
        met(Fault::Enveloped);
        task = envelope(task, chance);
    }
    (task, status)
}

fn word_is_known(fields: &serde_json::Map<String, Json>) -> bool {
    fields.get("status").and_then(Json::as_str).is_some_and(|word| reelay::format::words::read(word) != Status::Unknown)
}

/// Where the address stands: the places of `wire/README.md`.
fn put(fields: &mut serde_json::Map<String, Json>, url: &str, chance: &Chance) {
    let (key, value) = match chance.below(10) {
        0 => ("url", json!(url)),
        1 => ("output_url", json!(url)),
        2 => ("result_url", json!(url)),
        3 => ("output", json!({"url": url})),
        4 => ("outputs", json!([{"url": url}])),
        5 => ("metadata", json!({"url": url})),
        6 => ("unsigned_urls", json!([url])),
        7 => ("fail_reason", json!(url)),
        8 => ("video", json!({"url": url})),
        _ => ("video_url", json!(url)),
    };
    fields.insert(key.to_owned(), value);
}

fn envelope(task: Json, chance: &Chance) -> Json {
    match chance.below(6) {
        0 => json!({"code": "success", "message": "", "data": task}),
        1 => json!({"code": 200, "msg": "ok", "data": task}),
        2 => json!({"code": 0, "message": "SUCCEED", "data": task}),
        3 => json!([task]),
        4 => json!({"code": "success", "message": "", "data": {"code": "success", "message": "", "data": task}}),
        _ => json!({"data": task}),
    }
}

fn word(status: Status, scenario: &Scenario, chance: &Chance, met: &dyn Fn(Fault)) -> (Option<String>, Status) {
    let on_its_way = matches!(status, Status::Queued | Status::Running);
    if on_its_way && scenario.is(Fault::InventedWord) && chance.percent(40) {
        met(Fault::InventedWord);
        return (Some(chance.pick(INVENTED).to_owned()), Status::Unknown);
    }
    if on_its_way && scenario.is(Fault::NoWord) && chance.percent(30) {
        met(Fault::NoWord);
        return (None, Status::Queued);
    }
    let known: Vec<&str> = WORDS.iter().filter(|word| word.status == status).map(|word| word.word).collect();
    let mut word = match scenario.is(Fault::TableWord) {
        true => {
            met(Fault::TableWord);
            chance.pick(&known).to_owned()
        }
        false => known.first().unwrap_or(&"unknown").to_string(),
    };
    if scenario.is(Fault::OddCase) && !word.is_empty() && chance.percent(50) {
        met(Fault::OddCase);
        word = match chance.below(3) {
            0 => word.to_uppercase(),
            1 => format!(" {word}\n"),
            _ => word[..1].to_uppercase() + &word[1..],
        };
    }
    (Some(word), status)
}
