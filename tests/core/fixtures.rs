//! Every fixture of the four folders gives what its expected file says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use reelay::failure::Code;
use reelay::flow::download::{Download, End};
use reelay::flow::{Answer, Body, Exchange, Headers};
use reelay::format::{self, Format};
use reelay::host::PLATFORM;
use reelay::policy::resume::content_range;
use reelay::policy::{sniff, verdict};
use reelay::reading::Reading;
use reelay::value::Value;
use serde_json::Value as Json;

use crate::drive::World;
use crate::make::{RELAY, bytes, config, moment, snapshot, succeeded, task_ref};

const FOLDERS: &[(&str, usize)] = &[("openai-videos", 42), ("unified-video", 15), ("newapi-generations", 30), ("errors", 27)];

/// Fixtures that are an envelope or a gateway's page; all other `unknown` ones that are no HTTP error speak of a task, or of nothing.
const ENVELOPES: &[&str] = &["http-200-body-code-402", "http-200-body-code-451-moderated"];
const NOTHING: &[&str] = &["null-data", "list-two"];

struct Fixture {
    folder: &'static str,
    name: String,
    path: PathBuf,
    expected: Json,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixtures() -> Vec<Fixture> {
    let mut all = Vec::new();
    for (folder, _) in FOLDERS {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            if file.ends_with(".expected.json") {
                continue;
            }
            let name = file.rsplit_once('.').unwrap().0.to_owned();
            let expected = path.with_file_name(format!("{name}.expected.json"));
            let expected = fs::read_to_string(&expected).unwrap_or_else(|_| panic!("{} is missing", expected.display()));
            all.push(Fixture { folder, name, path, expected: serde_json::from_str(&expected).unwrap() });
        }
    }
    all
}

impl Fixture {
    fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    fn is(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|own| own == extension)
    }

    fn is_exchange(&self) -> bool {
        self.name.ends_with(".http")
    }

    /// As the sheet says: 200 unless the name holds `error-<status>` or ends in `-<status>`.
    fn status(&self) -> u16 {
        let after = self.name.split_once("error-").map(|(_, rest)| rest.get(..3).unwrap_or_default());
        let last = self.name.rsplit('-').next();
        let parse =
            |text: &str| (text.len() == 3).then(|| text.parse().ok()).flatten().filter(|status| (100..600).contains(status));
        // `http-200-body-code-402` names both: its status stands in front.
        let front = self.name.strip_prefix("http-").and_then(|rest| rest.get(..3));
        front.and_then(parse).or(after.and_then(parse)).or(last.and_then(parse)).unwrap_or(200)
    }

    fn want(&self, key: &str) -> Option<String> {
        self.expected[key].as_str().map(str::to_owned)
    }

    fn answer(&self) -> Answer {
        let text = self.text();
        let body = if self.is("json") {
            Body::Json((PLATFORM.json)(&text).unwrap())
        } else if text.is_empty() {
            Body::Empty
        } else {
            Body::Text { html: self.is("html") }
        };
        Answer { status: self.status(), headers: Headers::default(), body }
    }

    fn reading(&self) -> Reading {
        match &self.answer().body {
            Body::Json(value) => format::read(value, self.status(), &PLATFORM),
            _ => Reading::Nothing,
        }
    }
}

#[test]
fn every_fixture_is_here_and_in_its_folder() {
    let all = fixtures();
    for (folder, count) in FOLDERS {
        let found = all.iter().filter(|fixture| fixture.folder == *folder).count();
        assert_eq!(found, *count, "{folder}: a fixture came or went; look at the tests of this file, then correct the count");
    }
    let expected: usize = FOLDERS.iter().map(|(folder, _)| fs::read_dir(root().join(folder)).unwrap().count()).sum();
    assert_eq!(expected, all.len() * 2, "an expected file without its fixture");
    assert!(all.iter().all(|fixture| fixture.expected["format"] == fixture.folder));
}

#[test]
fn every_body_gives_its_expected_reading() {
    for fixture in fixtures().iter().filter(|fixture| !fixture.is_exchange()) {
        let at = format!("{}/{}", fixture.folder, fixture.name);
        let status = fixture.want("status").unwrap();
        match fixture.reading() {
            Reading::Task(task) => {
                assert_eq!(task.status.word(), status, "{at}: status");
                assert_eq!(task.id, fixture.want("id"), "{at}: id");
                assert_eq!(task.progress, fixture.expected["progress"].as_f64(), "{at}: progress");
                let url = task.outputs.first().map(|output| output.url.clone());
                assert_eq!(url, fixture.want("videoUrl"), "{at}: videoUrl");
                let error = task.error.unwrap_or_default();
                assert_eq!((error.code, error.message), (fixture.want("errorCode"), fixture.want("errorMessage")), "{at}: error");
            }
            Reading::Error(reason) => {
                assert_eq!(status, "unknown", "{at}: an error is no task");
                assert_eq!(
                    (reason.code, reason.message),
                    (fixture.want("errorCode"), fixture.want("errorMessage")),
                    "{at}: error"
                );
                assert_eq!(fixture.want("id"), None, "{at}: id");
            }
            Reading::Nothing => {
                assert_eq!(status, "unknown", "{at}: nothing was read");
                assert_eq!((fixture.want("errorCode"), fixture.want("errorMessage")), (None, None), "{at}: error");
                assert_eq!((fixture.want("id"), fixture.want("videoUrl")), (None, None), "{at}: id, videoUrl");
            }
        }
    }
}

#[test]
fn an_unknown_is_a_task_an_error_or_nothing_by_the_rule() {
    let mut seen = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.want("status").unwrap() == "unknown" && !fixture.is_exchange()) {
        let name = fixture.name.as_str();
        let reading = fixture.reading();
        seen += 1;
        let right = match &reading {
            Reading::Error(_) => fixture.status() >= 400 || ENVELOPES.contains(&name),
            Reading::Nothing => fixture.is("txt") || fixture.is("html") || NOTHING.contains(&name),
            Reading::Task(task) => fixture.status() < 400 && task.id.is_some() && !NOTHING.contains(&name),
        };
        assert!(right, "{}/{name}: {reading:?}", fixture.folder);
    }
    assert_eq!(seen, 39);
}

#[test]
fn every_refusal_has_its_error_code() {
    for fixture in fixtures().iter().filter(|fixture| !fixture.is_exchange()) {
        let answer = fixture.answer();
        let judged = verdict::judge(RELAY, &Exchange::Answer(answer.clone()), None, moment(), &PLATFORM);
        let Err(failure) = judged else {
            assert!(matches!(fixture.reading(), Reading::Task(_)), "{}", fixture.name);
            continue;
        };
        let code = match (fixture.name.as_str(), answer.status) {
            ("error-403-quota-not-enough" | "http-200-body-code-402", _) => Code::InsufficientFunds,
            ("error-400-task-not-exist", _) => Code::NotFound,
            ("http-200-body-code-451-moderated", _) => Code::Rejected,
            (_, 401 | 403) => Code::Auth,
            (_, 404) => Code::NotFound,
            (_, 429) => Code::RateLimited,
            (_, 400..=499) => Code::Rejected,
            (_, 500..=599) => Code::Server,
            _ => Code::UnexpectedResponse,
        };
        assert_eq!(failure.code, code, "{}/{}: {failure:?}", fixture.folder, fixture.name);
        let server = failure.server.clone().unwrap_or_default();
        assert_eq!((server.code, server.message), (fixture.want("errorCode"), fixture.want("errorMessage")), "{}", fixture.name);
        assert_eq!(failure.http_status, Some(answer.status));
    }
}

#[test]
fn lists_give_their_items() {
    let mut lists = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.expected["items"].is_array()) {
        lists += 1;
        let Body::Json(body) = fixture.answer().body else { panic!("a list is JSON") };
        let readings = format::read_all(&body, &PLATFORM).unwrap();
        let items = fixture.expected["items"].as_array().unwrap();
        assert_eq!(readings.len(), items.len(), "{}", fixture.name);
        for (reading, item) in readings.into_iter().zip(items) {
            let snapshot = snapshot(reading);
            assert_eq!(snapshot.id.as_deref(), item["id"].as_str());
            let task = snapshot.of(task_ref(Format::OpenaiVideos));
            assert_eq!(task.status.word(), item["status"]);
            assert_eq!(task.progress, item["progress"].as_f64());
            assert_eq!(task.video_url(), item["videoUrl"].as_str());
        }
    }
    assert_eq!(lists, 1);
}

#[test]
fn exchanges_drive_a_download() {
    let mut names = BTreeSet::new();
    for fixture in fixtures().iter().filter(|fixture| fixture.is_exchange()) {
        names.insert(fixture.name.clone());
        let wire: Json = serde_json::from_str(&fixture.text()).unwrap();
        let header = |name: &str| wire["headers"][name].as_str().map(str::to_owned);
        match wire["status"].as_u64().unwrap() {
            302 => redirects(fixture, &header("location").unwrap()),
            206 => goes_on(&header("content-range").unwrap(), header("content-length")),
            other => panic!("{}: no test for HTTP {other}", fixture.name),
        }
    }
    assert_eq!(names.len(), 2);
}

/// A redirect's `location` is the URL: it is where the download goes, without the key.
fn redirects(fixture: &Fixture, location: &str) {
    assert_eq!(fixture.want("videoUrl").as_deref(), Some(location));
    let config = config();
    let mut answers =
        vec![crate::make::redirect(302, location), bytes(200, |h| h.content_length = Some("9".to_owned()))].into_iter();
    let mut relay = |_: &_, _| answers.next().unwrap();
    let machine = Download::new(succeeded(&[]), format::Variant::Video, None).unwrap();
    let run = World::new(&config, &mut relay).download(machine, &mut |_, _| (9.0, End::Whole));
    assert!(run.result.is_ok());
    assert_eq!(run.urls(), [format!("{RELAY}/v1/videos/t/content").as_str(), location]);
    assert_eq!(run.credentialed(), [true, false]);
}

/// A 206 is the rest of a body of which its `Content-Range` tells the start and the whole.
fn goes_on(range: &str, length: Option<String>) {
    let parsed = content_range(range).unwrap();
    assert_eq!((parsed.first, parsed.last, parsed.total), (1_048_576.0, 2_097_151.0, Some(15_728_640.0)));
    let config = config();
    let rest = bytes(206, |h| {
        h.content_range = Some(range.to_owned());
        h.content_length = length.clone();
    });
    let whole = bytes(200, |h| h.content_length = Some("15728640".to_owned()));
    let last = bytes(206, |h| h.content_range = Some("bytes 2097152-15728639/15728640".to_owned()));
    let mut answers = vec![whole, rest, last].into_iter();
    let mut ends = vec![1_048_576.0, 2_097_152.0, 15_728_640.0].into_iter();
    let mut relay = |_: &_, _| answers.next().unwrap();
    let machine = Download::new(succeeded(&[]), format::Variant::Video, None).unwrap();
    let run = World::new(&config, &mut relay).download(machine, &mut |_, _| (ends.next().unwrap(), End::Whole));
    assert!(run.result.is_ok());
    assert_eq!(run.ranges(), [None, Some(1_048_576.0), Some(2_097_152.0)]);
    assert!(run.flows.iter().all(|flow| flow.skip == 0.0 && flow.total == Some(15_728_640.0)));
}

/// What the web layer calls text must be what the core calls a page: the two HTML fixtures are.
#[test]
fn html_fixtures_are_no_video() {
    let mut pages = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.is("html")) {
        pages += 1;
        assert_eq!(sniff::impostor(fixture.text().as_bytes()).map(sniff::named), Some("HTML"), "{}", fixture.name);
        assert_eq!((PLATFORM.json)(&fixture.text()), None::<Value>);
    }
    assert_eq!(pages, 2);
}
