//! Rule "Progress".

use reelay::task::Status;
use serde_json::{Value as Json, json};

use crate::make::task;

fn running(progress: Json) -> Option<f64> {
    task(json!({"id": "t", "status": "running", "progress": progress})).progress
}

#[test]
fn a_number_is_a_percentage() {
    for (given, read) in [(json!(0), 0.0), (json!(45), 0.45), (json!(45.5), 0.455), (json!(100), 1.0), (json!(0.5), 0.005)] {
        assert_eq!(running(given.clone()), Some(read), "{given}");
    }
}

#[test]
fn numeric_text_is_a_percentage() {
    for (given, read) in [("0", 0.0), ("45", 0.45), ("45%", 0.45), (" 30 % ", 0.3), ("12.5%", 0.125), ("100%", 1.0)] {
        assert_eq!(running(json!(given)), Some(read), "{given:?}");
    }
}

#[test]
fn what_is_no_number_is_no_progress() {
    for given in
        [json!(null), json!(""), json!("%"), json!("n/a"), json!("NaN"), json!("inf"), json!(true), json!([5]), json!({"v": 5})]
    {
        assert_eq!(running(given.clone()), None, "{given}");
    }
}

#[test]
fn progress_stays_between_nothing_and_all() {
    assert_eq!(running(json!(130)), Some(1.0));
    assert_eq!(running(json!(-5)), Some(0.0));
    assert_eq!(running(json!("-5%")), Some(0.0));
    assert_eq!(running(json!(1e300)), Some(1.0));
}

#[test]
fn progress_pct_is_a_fraction() {
    let inside = |pct: Json| {
        task(json!({"id": "t", "status": "pending", "progress": 7, "detail": {"pending_info": {"progress_pct": pct}}})).progress
    };
    assert_eq!(inside(json!(0.93)), Some(0.93));
    assert_eq!(inside(json!("0.25")), Some(0.25));
    assert_eq!(inside(json!(1.5)), Some(1.0));
    // null early on: the outer one serves.
    assert_eq!(inside(json!(null)), Some(0.07));
    assert_eq!(task(json!({"id": "t", "status": "running", "progress_pct": 0.4})).progress, Some(0.4));
}

#[test]
fn only_a_pending_task_has_the_relays_progress() {
    let at = |status: &str| task(json!({"id": "t", "status": status, "progress": "100%"})).progress;
    assert_eq!(at("queued"), Some(1.0));
    assert_eq!(at("FAILURE"), None, "new-api writes 100% on failures");
    assert_eq!(at("expired"), None);
    assert_eq!(at("UNKNOWN"), None);
    let finished = task(json!({"id": "t", "status": "success", "progress": 40}));
    assert_eq!((finished.status, finished.progress), (Status::Succeeded, Some(1.0)));
    assert_eq!(task(json!({"id": "t", "status": "done"})).progress, Some(1.0));
}
