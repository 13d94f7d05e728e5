//! The crate's tables as JSON, for the package's types and the documentation. Rendered on the host, never at run time.

use serde::Serialize;

use crate::failure::Code;
use crate::format::doc::Doc;
use crate::format::{Spec, TABLE, Variant, words};
use crate::options::SETTINGS;
use crate::text::{nth, parts};

/// All tables.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tables {
    /// Of the crate and of the package.
    pub version: &'static str,
    /// One row a format.
    pub formats: Vec<FormatRow>,
    /// One row an error code.
    pub error_codes: Vec<CodeRow>,
    /// One row a number that a caller may set.
    pub settings: Vec<SettingRow>,
    /// One row a status word.
    pub words: Vec<WordRow>,
    /// What an answer is asked for besides.
    pub headers: &'static [&'static str],
    /// What an answer is asked for to pace a wait.
    pub pacing: &'static [&'static str],
}

/// A format, as documented.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "as in `format::Spec`")]
pub struct FormatRow {
    pub name: &'static str,
    pub paths: Vec<String>,
    pub prefixes: Vec<&'static str>,
    pub kinds: Vec<&'static str>,
    pub key_header: Option<&'static str>,
    pub headers: &'static [(&'static str, &'static str)],
    pub codes: Vec<(&'static str, &'static str)>,
    #[serde(flatten)]
    pub doc: &'static Doc,
}

/// An error code, as documented.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "as in `Code::TABLE`")]
pub struct CodeRow {
    pub code: &'static str,
    pub meaning: &'static str,
    pub hint: &'static str,
}

/// A setting, as documented.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "as in `options::Setting`")]
pub struct SettingRow {
    pub name: &'static str,
    pub of: &'static str,
    pub default: Option<f64>,
    pub unit: &'static str,
    pub min: f64,
    pub max: f64,
    pub about: &'static str,
}

/// A status word, as documented.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "as in `words::Word`")]
pub struct WordRow {
    pub word: &'static str,
    pub status: &'static str,
    pub source: &'static str,
}

/// A format's paths as the documentation shows them, behind its first prefix: `POST` where one is posted to.
pub fn paths(spec: &Spec) -> Vec<String> {
    let prefix = nth(spec.prefixes, 0);
    let shown = |line: &str| {
        let (_, template) = line.split_once(' ')?;
        let shown = template.replace('<', "{").replace('>', "}").replace("{path}", "{id}");
        Some(match shown.split_once(' ') {
            Some((path, _)) => format!("POST {prefix}{path}"),
            None => format!("{prefix}{shown}"),
        })
    };
    let content = spec.content_path.map(|path| path("{id}", Variant::Video));
    // The usual path is the last of the table.
    spec.status.lines().rev().filter_map(shown).chain(content).collect()
}

/// Gathers the tables.
pub fn tables() -> Tables {
    Tables {
        version: env!("CARGO_PKG_VERSION"),
        formats: TABLE
            .iter()
            .map(|s| FormatRow {
                name: s.name,
                paths: paths(s),
                prefixes: parts(s.prefixes, b"|").collect(),
                kinds: parts(s.kinds, b"|").filter(|kind| !kind.is_empty()).collect(),
                key_header: s.key_header,
                headers: s.headers,
                codes: s.codes.iter().flat_map(|(codes, read)| codes.split('|').map(|code| (code, read.word()))).collect(),
                doc: s.doc,
            })
            .collect(),
        error_codes: Code::TABLE.iter().map(|(code, meaning, hint)| CodeRow { code: code.word(), meaning, hint }).collect(),
        settings: SETTINGS
            .iter()
            .map(|s| SettingRow {
                name: s.name,
                of: s.of,
                default: Some(s.default).filter(|default| default.is_finite()),
                unit: s.unit,
                min: s.min,
                max: s.max,
                about: s.about,
            })
            .collect(),
        words: words::WORDS.iter().map(|w| WordRow { word: w.word, status: w.status.word(), source: w.source }).collect(),
        headers: crate::flow::HEADERS,
        pacing: crate::flow::PACING,
    }
}
