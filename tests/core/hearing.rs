//! Answers that are given bit by bit, to the request that makes the clip.

use reelay::create::plan;
use reelay::failure::{Code, Failure};
use reelay::flow::create::Create;
use reelay::flow::hearing::{Finished, Made};
use reelay::flow::query::Query;
use reelay::flow::wait::{State, Wait};
use reelay::flow::{Act, Action, Answer, Body, Event, Exchange, Headers, Trouble, Want};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::WaitOptions;
use reelay::task::{Status, Task};
use serde_json::json;

use crate::make::{START, config, moment, ok, said, status, succeeded, task_ref, value, with};

const ID: &str = "task_01k7dzptgwf2z87wj2c3t36qk0";
const FILM: &str = "https://cdn.example/a.mp4";

fn create() -> Create {
    let spec = Format::SoraChat.spec();
    let plan = plan(spec.create, spec, &value(json!({"model": "m", "prompt": "p"}))).unwrap();
    Create::new(plan, Format::SoraChat, None, true)
}

/// A request whose answer has begun.
fn talking() -> Create {
    let (config, mut create) = (config(), create());
    let Action::Do(Act::Send(request)) = create.next(Event::Start, &config, moment(), &PLATFORM) else {
        panic!("nothing is sent")
    };
    assert_eq!((request.want, request.makes), (Want::Talk, Some(false)));
    let mut begun = ok(json!({}));
    if let Exchange::Answer(answer) = &mut begun {
        answer.body = Body::Unread;
    }
    let made = create.next(Event::Ended(Box::new(begun)), &config, moment(), &PLATFORM);
    assert_eq!(made, Action::Done(Ok(Made::Talk)));
    create
}

fn says(content: &str) -> String {
    format!("data: {}\n\n", json!({"id": "chatcmpl-1", "choices": [{"delta": {"content": content}}]}))
}

/// What is told on the way, and the end.
fn hear(pieces: &[&str], broken: Option<Trouble>) -> (Vec<Task>, Result<Task, Failure>) {
    let (config, mut create) = (config(), talking());
    let mut told = Vec::new();
    for piece in pieces {
        let (news, over) = create.hear(piece, &config, &PLATFORM);
        told.extend(news);
        if over {
            break;
        }
    }
    (told, create.heard(whole(&pieces.concat()), broken, &config, moment(), &PLATFORM))
}

/// All of an answer, as the facade tells it.
fn whole(text: &str) -> Answer {
    let body = match (PLATFORM.json)(text) {
        Some(value) => Body::Json(value),
        None if text.is_empty() => Body::Empty,
        None => Body::Text { html: text.starts_with('<') },
    };
    Answer { status: 200, headers: Headers::default(), body }
}

fn unclear(pieces: &[&str], broken: Option<Trouble>, code: Code) -> Failure {
    let failure = hear(pieces, broken).1.unwrap_err();
    assert_eq!(failure.code, code, "{pieces:?}");
    assert!(failure.hint.is_some_and(|hint| hint.contains("before you create it again")), "{failure:?}");
    failure
}

#[test]
fn changes_are_told_once_each_and_the_end_is_no_news() {
    let pieces = [
        ": ping\n\n",
        &says("进度 7%\n"),
        &says("still 7%\n"),
        &says(&format!("`{ID}`\n")),
        &says("进度 9%"),
        &says(FILM),
        "data: [DONE]\n\n",
        "not heard",
    ];
    let (told, end) = hear(&pieces, None);
    let told: Vec<_> = told.iter().map(|task| (&*task.task_ref.id, task.status, task.progress)).collect();
    assert_eq!(
        told,
        [("chatcmpl-1", Status::Running, Some(0.07)), (ID, Status::Running, Some(0.07)), (ID, Status::Running, Some(0.09))]
    );
    let end = end.unwrap();
    assert_eq!((&*end.task_ref.id, end.status, end.video_url()), (ID, Status::Succeeded, Some(FILM)));
    assert_eq!((end.task_ref.format, &*end.task_ref.base_url), (Format::SoraChat, "https://relay.example"));
}

#[test]
fn what_names_no_task_has_the_completions_id_once_it_is_final() {
    assert_eq!(hear(&[&says(FILM)], None).1.unwrap().task_ref.id, "chatcmpl-1");
    assert_eq!(hear(&[&says("❌ no")], None).1.unwrap().status, Status::Failed);
}

#[test]
fn a_named_task_outlives_its_answer() {
    for broken in [None, Some(Trouble::Network), Some(Trouble::Timeout)] {
        let task = hear(&[&says(&format!("`{ID}`\n"))], broken).1.unwrap();
        assert_eq!((&*task.task_ref.id, task.status), (ID, Status::Running), "{broken:?}");
    }
    let over = hear(&[&says(&format!("`{ID}`\n")), "data: [DONE]\n\n"], None).1.unwrap();
    assert_eq!(over.status, Status::Unknown, "the relay said nothing else of it");
}

#[test]
fn an_answer_that_breaks_off_before_it_names_anything_leaves_it_open() {
    for text in ["", ": ping\n\n", &says("进度 7%"), "data: {\"choi", "{\"id\": \"chatcmpl-1\", \"choices\": ["] {
        unclear(&[text], Some(Trouble::Network), Code::Network);
        unclear(&[text], Some(Trouble::Timeout), Code::Timeout);
    }
    unclear(&[&says("进度 7%")], None, Code::Network);
    unclear(&[&says("Please enable streaming."), "data: [DONE]\n\n"], None, Code::UnexpectedResponse);
}

#[test]
fn a_body_in_place_of_a_stream_is_read() {
    let completion = json!({"id": "chatcmpl-2", "choices": [{"message": {"content": FILM}}]}).to_string();
    for pieces in [[" \n", &completion], [&completion[..9], &completion[9..]]] {
        let task = hear(&pieces, None).1.unwrap();
        assert_eq!((&*task.task_ref.id, task.video_url()), ("chatcmpl-2", Some(FILM)));
    }
    let task = hear(&["{\"id\":\"video_1\",\"status\":\"queued\"}"], None).1.unwrap();
    assert_eq!((&*task.task_ref.id, task.status), ("video_1", Status::Queued), "another format's answer");
    let failure = hear(&["{\"error\":{\"message\":\"no\",\"code\":\"bad\"}}"], None).1.unwrap_err();
    assert_eq!((failure.code, failure.server.clone().unwrap().code.as_deref()), (Code::Rejected, Some("bad")));
    assert!(unclear(&["<!doctype html>"], None, Code::UnexpectedResponse).message.contains("a web page"));
    unclear(&["{broken"], None, Code::Network);
}

#[test]
fn more_than_any_answer_has_ends_it() {
    let block = "x".repeat(1 << 20);
    for piece in [says(&block), format!("{{\"a\":\"{block}"), format!(": {block}")] {
        let (config, mut create) = (config(), talking());
        let heard = (0..20).position(|_| create.hear(&piece, &config, &PLATFORM).1);
        assert!(heard.is_some_and(|count| count < 9), "{heard:?}");
        assert_eq!(create.heard(whole(""), None, &config, moment(), &PLATFORM).unwrap_err().code, Code::TooLarge);
    }
}

#[test]
fn the_request_is_sent_again_only_where_nothing_was_made() {
    let (config, mut create) = (config(), create());
    create.next(Event::Start, &config, moment(), &PLATFORM);
    let busy = with(status(429), |headers| headers.retry_after = Some("1".to_owned()));
    let Action::Do(Act::Sleep(_)) = create.next(Event::Ended(Box::new(busy)), &config, moment(), &PLATFORM) else {
        panic!("no pause")
    };
    create.next(Event::Slept, &config, moment(), &PLATFORM);
    let Action::Done(Err(failure)) =
        create.next(Event::Ended(Box::new(said(500, json!({"error": "down"})))), &config, moment(), &PLATFORM)
    else {
        panic!("sent again")
    };
    assert_eq!(failure.code, Code::Server);
}

fn kept(id: &str, status: Status) -> Task {
    let task_ref = reelay::task::TaskRef { id: id.to_owned(), ..task_ref(Format::SoraChat) };
    let mut snapshot = succeeded(&[FILM]).snapshot;
    snapshot.status = status;
    snapshot.of(task_ref)
}

#[test]
fn a_hundred_finished_conversations_are_kept_the_latest_of_each_id() {
    let mut finished = Finished::default();
    for number in 0..150 {
        finished.keep(&kept(&number.to_string(), Status::Succeeded));
    }
    assert_eq!(finished.find("49"), None);
    assert!(finished.find("50").is_some() && finished.find("149").is_some());
    finished.keep(&kept("again", Status::Failed));
    finished.keep(&kept("again", Status::Succeeded));
    assert_eq!(finished.find("again").unwrap().status, Status::Succeeded);
    finished.keep(&kept("running", Status::Running));
    finished.keep(&kept("", Status::Succeeded));
    assert_eq!((finished.find("running"), finished.find("")), (None, None));
}

#[test]
fn what_is_known_is_asked_for_nowhere() {
    let config = config();
    let task = kept("chatcmpl-1", Status::Succeeded);
    let mut query = Query::new("chatcmpl-1", Some(Format::SoraChat), None, 0).unwrap().knowing(Some(task.clone()));
    assert_eq!(query.next(Event::Start, &config, moment(), &PLATFORM), Action::Done(Ok(task.clone())));
    assert_eq!(query.task_ref(&config), task.task_ref);
    let options = WaitOptions { timeout_ms: f64::INFINITY, min_ms: 1.0, max_ms: 1.0, failures: 0 };
    for (status, code) in [(Status::Succeeded, None), (Status::Failed, Some(Code::TaskFailed))] {
        let state = State::new("chatcmpl-1", config.base.url(), Some(Format::SoraChat), START);
        let mut wait = Wait::new(state, options).knowing(Some(kept("chatcmpl-1", status)));
        let Action::Done(end) = wait.next(Event::Start, None, &config, moment(), &PLATFORM) else { panic!("something is asked") };
        assert_eq!(end.err().map(|failure| failure.code), code);
        assert_eq!(wait.take_notices().len(), 1, "a watcher is told");
    }
}
