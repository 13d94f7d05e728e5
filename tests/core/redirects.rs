//! Redirects: where they lead, and whether the key goes along.

use reelay::failure::Code;
use reelay::flow::download::{Download, End};
use reelay::flow::query::Query;
use reelay::flow::{Exchange, Request};
use reelay::format::{Format, Variant};
use reelay::options::MAX_HOPS;
use serde_json::json;

use crate::download::STATUS;
use crate::drive::{Run, World, script};
use crate::make::{bytes, config, ok, redirect, status, succeeded};

fn ask(answers: Vec<Exchange>) -> Run<reelay::task::Task> {
    let config = config();
    let machine = Query::new("t", Some(Format::OpenaiVideos), None, 2).unwrap();
    World::new(&config, &mut script(answers)).query(machine)
}

fn fetch(relay: &mut dyn FnMut(&Request, f64) -> Exchange) -> Run<()> {
    let config = config();
    let machine = Download::new(succeeded(&[]), Variant::Video, None).unwrap();
    World::new(&config, relay).download(machine, &mut |_, _| (5.0, End::Whole))
}

fn found() -> Exchange {
    ok(json!({"id": "t", "status": "queued"}))
}

#[test]
fn the_same_origin_keeps_the_key() {
    for http in [301, 302, 303, 307, 308] {
        let run = ask(vec![redirect(http, "/api/v1/videos/t"), found()]);
        assert_eq!(run.urls()[1], "https://relay.example/api/v1/videos/t");
        assert_eq!(run.credentialed(), [true, true]);
    }
}

#[test]
fn another_origin_loses_the_key() {
    for to in ["https://cdn.example/a", "//cdn.example/a", "https://relay.example:444/a", "https://sub.relay.example/a"] {
        assert_eq!(ask(vec![redirect(302, to), found()]).credentialed(), [true, false], "{to}");
        let mut relay = script(vec![redirect(302, to), bytes(200, |_| ())]);
        assert_eq!(fetch(&mut relay).credentialed(), [true, false], "{to}");
    }
}

#[test]
fn a_chain_that_left_never_regains_the_key() {
    let back = || vec![redirect(302, "https://cdn.example/a"), redirect(302, "https://relay.example/b"), redirect(302, "/c")];
    let mut answers = back();
    answers.push(found());
    let run = ask(answers);
    assert_eq!(run.urls()[3], "https://relay.example/c");
    assert_eq!(run.credentialed(), [true, false, false, false]);
    let mut answers = back();
    answers.push(bytes(200, |_| ()));
    assert_eq!(fetch(&mut script(answers)).credentialed(), [true, false, false, false]);
}

#[test]
fn a_repeated_attempt_does_not_regain_the_key_either() {
    let run = ask(vec![redirect(302, "https://cdn.example/a"), status(503), found()]);
    assert_eq!(run.urls()[2], "https://cdn.example/a");
    assert_eq!(run.credentialed(), [true, false, false]);
}

#[test]
fn unsafe_goals_are_refused() {
    for to in [
        "http://relay.example/a",
        "ftp://cdn.example/a",
        "https://user:pw@cdn.example/",
        "javascript:alert(1)",
        "https://127.0.0.1/a",
        "data:text/html,x",
    ] {
        let run = ask(vec![redirect(302, to)]);
        assert_eq!((run.failure().code, run.requests.len()), (Code::UnsafeUrl, 1), "{to}");
        let mut relay = script(vec![redirect(302, to)]);
        let run = fetch(&mut relay);
        assert_eq!((run.failure().code, run.requests.len()), (Code::UnsafeUrl, 1), "{to}");
    }
}

#[test]
fn endless_redirects_end() {
    let mut circle = |_: &Request, _: f64| redirect(302, "/again");
    let config = config();
    let machine = Query::new("t", Some(Format::OpenaiVideos), None, 2).unwrap();
    let run = World::new(&config, &mut circle).query(machine);
    assert_eq!((run.failure().code, run.requests.len()), (Code::UnexpectedResponse, usize::from(MAX_HOPS) + 1));
    let run = fetch(&mut circle);
    assert_eq!((run.failure().code, run.requests.len()), (Code::UnexpectedResponse, usize::from(MAX_HOPS) + 1));
}

#[test]
fn each_place_has_its_own_count_of_redirects() {
    let config = config();
    let hops = || (0..MAX_HOPS).map(|hop| redirect(302, &format!("/hop/{hop}")));
    let mut answers: Vec<Exchange> = hops().chain([status(404)]).chain(hops()).collect();
    answers.push(found());
    let run = World::new(&config, &mut script(answers)).query(Query::new("t", None, None, 0).unwrap());
    assert_eq!(run.result.unwrap().task_ref.format, Format::UnifiedVideo);
    let fresh = ok(json!({"id": "t", "status": "completed", "url": "https://cdn.example/new"}));
    let mut answers: Vec<Exchange> = hops().chain([status(404), fresh]).chain(hops()).collect();
    answers.push(bytes(200, |_| ()));
    let machine = Download::new(succeeded(&["https://cdn.example/old"]), Variant::Video, None).unwrap();
    let run = World::new(&config, &mut script(answers)).download(machine, &mut |_, _| (5.0, End::Whole));
    assert!(run.result.is_ok());
    let places = run.urls().into_iter().filter(|url| !url.contains("/hop/")).collect::<Vec<_>>();
    assert_eq!(places, ["https://cdn.example/old", STATUS, "https://cdn.example/new"]);
}

#[test]
fn a_redirect_to_nowhere_is_an_answer_without_a_task() {
    assert_eq!(ask(vec![status(302)]).failure().code, Code::UnexpectedResponse);
    assert_eq!(ask(vec![redirect(302, "https://")]).failure().code, Code::UnsafeUrl);
    assert_eq!(ask(vec![redirect(304, "/a")]).failure().code, Code::UnexpectedResponse, "304 leads nowhere");
}
