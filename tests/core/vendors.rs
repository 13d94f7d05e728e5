//! Every fixture of the vendors' own formats gives what its expected file says.

use std::fs;
use std::path::Path;

use reelay::format::{self, Format};
use reelay::host::PLATFORM;
use reelay::reading::{Reading, Snapshot};
use reelay::task::Status;
use reelay::value::Value;
use serde_json::{Value as Json, json};

const FOLDERS: &[(&str, usize)] = &[
    ("doubao", 8),
    ("kling", 9),
    ("midjourney", 8),
    ("minimax", 8),
    ("others", 9),
    ("replicate", 14),
    ("suno", 8),
    ("veo-native", 8),
    ("vidu", 8),
    ("wan", 8),
];

/// A body that a create answer and a first query share: which of the two it is, the call tells.
const CREATED: &[&str] = &["submit_name"];
/// Nothing in them is of their format alone: without a format they are read by the relays' rules.
const UNMARKED: &[&str] = &[
    "relay_flat_succeeded",
    "relay_newapi_envelope_result_url",
    "relay_newapi_envelope_success",
    "relay_envelope_success",
    "relay_envelope_failed_nested",
];

struct Fixture {
    name: String,
    status: u16,
    body: Value,
    expected: Json,
}

fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut all = Vec::new();
    for (folder, count) in FOLDERS {
        let before = all.len();
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name.ends_with(".expected.json") {
                continue;
            }
            let name = name.strip_suffix(".json").unwrap().to_owned();
            let expected = fs::read_to_string(path.with_file_name(format!("{name}.expected.json"))).unwrap();
            let status = name.split_once(".http").map_or(200, |(_, status)| status.parse().unwrap());
            all.push(Fixture {
                status,
                body: (PLATFORM.json)(&fs::read_to_string(&path).unwrap()).unwrap(),
                expected: serde_json::from_str(&expected).unwrap(),
                name,
            });
        }
        assert_eq!(all.len() - before, *count, "{folder}: a fixture came or went");
    }
    all
}

/// A reading as an expected file has it.
fn shown(format: Format, reading: &Reading) -> Json {
    let shown = |snapshot: &Snapshot| {
        let error = snapshot.error.clone().unwrap_or_default();
        let outputs = snapshot.outputs.iter().map(|output| json!({"kind": output.kind.word(), "url": output.url}));
        json!({
            "format": snapshot.format.spec().name,
            "id": snapshot.id,
            "status": snapshot.status.word(),
            "progress": snapshot.progress,
            "outputs": outputs.collect::<Vec<_>>(),
            "errorCode": error.code,
            "errorMessage": error.message,
        })
    };
    match reading {
        Reading::Task(snapshot) => shown(snapshot),
        Reading::Error(reason) => json!({
            "format": format.spec().name, "id": null, "status": "unknown", "progress": null, "outputs": [],
            "errorCode": reason.code, "errorMessage": reason.message,
        }),
        Reading::Nothing => json!(null),
    }
}

fn same(mut expected: Json) -> Json {
    // 1 and 1.0 are one number.
    if let Some(progress) = expected["progress"].as_f64() {
        expected["progress"] = json!(progress);
    }
    expected
}

#[test]
fn every_body_of_a_vendor_gives_its_expected_reading() {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let first = if fixture.expected.is_array() { &fixture.expected[0] } else { &fixture.expected };
        let format = Format::named(first["format"].as_str().unwrap()).unwrap();
        let (got, want): (Json, Json) = match fixture.expected.as_array() {
            Some(items) => (
                format::read_all_as(&fixture.body, Some(format), &PLATFORM)
                    .unwrap()
                    .iter()
                    .map(|reading| shown(format, reading))
                    .collect(),
                items.iter().cloned().map(same).collect(),
            ),
            None => {
                let reading = format::read_as(&fixture.body, fixture.status, Some(format), &PLATFORM);
                let mut want = same(fixture.expected.clone());
                if CREATED.contains(&fixture.name.as_str()) {
                    want["status"] = json!("running");
                }
                (shown(format, &reading), want)
            }
        };
        if got != want {
            wrong.push(format!("{}\n   got {got}\n  want {want}", fixture.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_vendors_body_is_known_without_being_told() {
    let mut wrong = Vec::new();
    let told = |fixture: &&Fixture| fixture.expected["status"] != "unknown" && fixture.expected.is_object();
    for fixture in fixtures().iter().filter(told) {
        // A code and a word that nobody knows: only who asked for Jimeng knows that it has failed.
        if fixture.name == "jimeng_query_failed_code" {
            continue;
        }
        let reading = format::read(&fixture.body, fixture.status, &PLATFORM);
        let Reading::Task(snapshot) = &reading else {
            wrong.push(format!("{}: {reading:?}", fixture.name));
            continue;
        };
        let relays = UNMARKED.iter().any(|name| fixture.name.ends_with(name)) || snapshot.format.is_relays();
        if !relays && fixture.expected["format"] != snapshot.format.spec().name {
            wrong.push(format!("{}: {}", fixture.name, snapshot.format.spec().name));
        }
        if snapshot.status == Status::Succeeded && fixture.expected["outputs"].as_array().unwrap().len() > snapshot.outputs.len()
        {
            wrong.push(format!("{}: {:?}", fixture.name, snapshot.outputs));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
