//! Reading, on bodies nobody thought of.

use proptest::prelude::*;
use reelay::flow::{Answer, Body, Exchange, Headers};
use reelay::format::{self, TABLE};
use reelay::host::{PLATFORM, parse_json};
use reelay::policy::verdict;
use reelay::reading::{Reading, Snapshot};
use reelay::task::{Reason, Status};
use reelay::value::Value;

use super::cases;
use super::json::{any_json, body, http_status, text, texts_in};
use crate::make::{RELAY, moment};

fn has_artifacts(value: &Value) -> bool {
    match value {
        Value::Map(entries) => entries.iter().any(|(key, value)| key == "artifacts" || has_artifacts(value)),
        Value::List(items) => items.iter().any(has_artifacts),
        _ => false,
    }
}

fn sound(snapshot: &Snapshot, body: &Value, texts: &[String]) {
    assert!(snapshot.progress.is_none_or(|progress| (0.0..=1.0).contains(&progress)), "{:?}", snapshot.progress);
    let final_without = matches!(snapshot.status, Status::Failed | Status::Expired | Status::Unknown);
    assert!(!final_without || snapshot.progress.is_none());
    assert_eq!(
        snapshot.status == Status::Succeeded,
        snapshot.progress == Some(1.0) && !matches!(snapshot.status, Status::Queued | Status::Running)
    );
    assert!(snapshot.outputs.is_empty() || snapshot.status == Status::Succeeded || has_artifacts(body));
    for output in &snapshot.outputs {
        let url = output.url.to_ascii_lowercase();
        assert!(
            url.starts_with("https://") || url.starts_with("http://") || url.starts_with("data:") || url.starts_with("gs://"),
            "{url}"
        );
        let named = texts.contains(&output.url)
            || url.split_once(";base64,").is_some_and(|(_, bytes)| texts.iter().any(|text| text.to_ascii_lowercase() == bytes));
        assert!(named, "an address that nobody named: {url}");
    }
    assert_eq!(snapshot.error.is_some(), matches!(snapshot.status, Status::Failed | Status::Expired));
    assert!(snapshot.id.as_ref().is_none_or(|id| !id.is_empty() && texts.contains(id)));
    for time in [snapshot.created_at, snapshot.completed_at, snapshot.expires_at].into_iter().flatten() {
        assert!(time.is_finite() && time >= 0.0);
    }
    snapshot.error.iter().for_each(|reason| said(reason, texts));
}

/// What is told of a failure was in the body.
fn said(reason: &Reason, texts: &[String]) {
    for part in [&reason.code, &reason.message].into_iter().flatten() {
        assert!(
            !part.trim().is_empty() && (texts.contains(part) || texts.contains(&part.trim().to_owned())),
            "{part:?} is nowhere in the body"
        );
    }
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn any_body_at_any_status_is_read(body in body(), status in http_status()) {
        let mut texts = Vec::new();
        texts_in(&body, &mut texts);
        match format::read(&body, status, &PLATFORM) {
            Reading::Task(snapshot) => {
                sound(&snapshot, &body, &texts);
                prop_assert!(status < 400 || (snapshot.id.is_some() && snapshot.status != Status::Unknown));
            }
            Reading::Error(reason) => {
                prop_assert!(!reason.is_empty());
                said(&reason, &texts);
            }
            Reading::Nothing => {}
        }
    }

    #[test]
    fn any_body_is_read_on_any_route(body in body(), status in http_status(), row in 0..TABLE.len()) {
        let format = TABLE[row].format;
        if let Reading::Task(snapshot) = format::read_as(&body, status, Some(format), &PLATFORM) {
            assert_eq!(snapshot.format, format);
            assert!(snapshot.outputs.is_empty() || snapshot.status == Status::Succeeded || has_artifacts(&body));
            assert!(snapshot.outputs.iter().all(|output| output.url.bytes().all(|byte| byte > b' ')), "they are told a line each");
            assert!(snapshot.progress.is_none_or(|progress| (0.0..=1.0).contains(&progress)));
            assert_eq!(snapshot.error.is_some(), matches!(snapshot.status, Status::Failed | Status::Expired));
        }
    }

    #[test]
    fn any_body_is_judged(body in body(), status in http_status()) {
        let exchange = Exchange::Answer(Answer { status, headers: Headers::default(), body: Body::Json(body.clone()) });
        let judged = verdict::judge(RELAY, &exchange, None, moment(), &PLATFORM);
        match (format::read(&body, status, &PLATFORM), judged) {
            (Reading::Task(task), Ok(snapshot)) => prop_assert_eq!(task, snapshot),
            (Reading::Error(reason), Err(failure)) => {
                prop_assert_eq!(failure.server.clone(), Some(reason));
                prop_assert_eq!(failure.http_status, Some(status));
            }
            (Reading::Nothing, Err(failure)) => prop_assert_eq!(failure.server.clone(), None),
            (reading, judged) => prop_assert!(false, "{:?} was judged {:?}", reading, judged),
        }
    }

    #[test]
    fn any_list_is_read(body in any_json()) {
        if let Some(readings) = format::read_all(&body, &PLATFORM) {
            let (items, _) = format::items(&body).unwrap();
            prop_assert_eq!(readings.len(), items.len());
            for (reading, item) in readings.iter().zip(items) {
                prop_assert_eq!(reading, &format::read(item, 200, &PLATFORM));
            }
        }
    }

    #[test]
    fn any_reason_is_found_or_not(body in any_json(), text in text(), is_task in any::<bool>()) {
        let mut texts = Vec::new();
        texts_in(&body, &mut texts);
        said(&format::reason(&body, is_task, &PLATFORM), &texts);
        format::reason_of_text(&text, &PLATFORM);
    }

    #[test]
    fn any_text_is_parsed_or_not(text in "\\PC{0,40}") {
        if let Some(value) = parse_json(&text) {
            format::read(&value, 200, &PLATFORM);
        }
    }
}

/// `[[[[…]]]]` and `{"data":{"data":…}}`, ten thousand deep.
#[test]
fn deep_bodies_are_read_and_end() {
    const DEEP: usize = 10_000;
    for (open, shut) in
        [("[", "]"), ("{\"data\":", "}"), ("{\"code\":0,\"data\":", "}"), ("{\"output\":[", "]}"), ("{\"error\":", "}")]
    {
        let text = format!("{}1{}", open.repeat(DEEP), shut.repeat(DEEP));
        let value = parse_json(&text).expect("deep JSON is still JSON");
        assert_eq!(format::read(&value, 200, &PLATFORM), Reading::Nothing, "{open}");
        format::read(&value, 500, &PLATFORM);
        format::read_all(&value, &PLATFORM);
        // Quoted in a message it is opened no deeper.
        format::reason_of_text(&format!("{{\"message\":{text}}}"), &PLATFORM);
    }
}

#[test]
fn a_deep_body_keeps_what_stands_near_the_top() {
    let deep = format!("{}1{}", "{\"x\":".repeat(10_000), "}".repeat(10_000));
    let text = format!("{{\"detail\":{deep},\"id\":\"t\",\"status\":\"queued\"}}");
    let Reading::Task(task) = format::read(&parse_json(&text).unwrap(), 200, &PLATFORM) else { panic!("not a task") };
    assert_eq!((task.id.as_deref(), task.status), (Some("t"), Status::Queued));
}

#[test]
fn a_text_full_of_braces_is_searched_in_no_time() {
    let text = format!("{}{}", "{".repeat(200_000), "}".repeat(100));
    let begun = std::time::Instant::now();
    assert_eq!(format::reason_of_text(&text, &PLATFORM).message, Some(text));
    assert!(begun.elapsed().as_secs() < 5);
}
