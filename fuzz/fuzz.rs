//! libFuzzer's entry: one binary for all targets, the one in `FUZZ_TARGET`. `npm run fuzz` builds and runs it.

#![no_main]

#[path = "../tests/fuzz/targets.rs"]
mod targets;

use std::sync::OnceLock;

use targets::{Target, named};

static TARGET: OnceLock<&'static Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        let target = std::env::var("FUZZ_TARGET").ok().and_then(|name| named(&name));
        let Some(target) = target else {
            eprintln!("FUZZ_TARGET names no target");
            std::process::exit(2);
        };
        // What the fixtures hold is what it begins with; the folder is made anew for every run.
        if let Ok(folder) = std::env::var("FUZZ_CORPUS") {
            for (number, seed) in (target.corpus)().iter().enumerate() {
                std::fs::write(format!("{folder}/fixture-{number}"), seed).expect("the corpus can be written");
            }
        }
        let _ = TARGET.set(target);
    },
    |bytes: &[u8]| {
        if let Some(target) = TARGET.get() {
            (target.run)(bytes);
        }
    }
);
