//! Plays many simulated worlds, or one with its trace: `npm run simulate -- --seeds 1000000`.

#[path = "../tests/simulation/sim/mod.rs"]
mod sim;

use std::process::ExitCode;
use std::time::Instant;

use sim::fault::Fault;
use sim::many::{outcome, run_many};
use sim::sabotage::Sabotage;

struct Options {
    from: u64,
    seeds: u64,
    seed: Option<u64>,
    sabotage: Option<Sabotage>,
    /// Every class of fault must be met.
    complete: bool,
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\nusage: simulate [--seeds N] [--from S] [--seed X] [--sabotage NAME] [--complete]");
            return ExitCode::from(2);
        }
    };
    match options.seed {
        Some(seed) => replay(seed, options.sabotage),
        None => play(&options),
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { from: 1, seeds: 10_000, seed: None, sabotage: None, complete: false };
    while let Some(argument) = arguments.next() {
        if argument == "--complete" {
            options.complete = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        let number = || value.replace('_', "").parse::<u64>().map_err(|_| format!("{argument} {value}: not a whole number"));
        match argument.as_str() {
            "--seeds" => options.seeds = number()?,
            "--from" => options.from = number()?,
            "--seed" => options.seed = Some(number()?),
            "--sabotage" => {
                let known = Sabotage::ALL.iter().find(|(_, name, _)| *name == value);
                options.sabotage = Some(known.ok_or_else(|| format!("no sabotage {value}"))?.0);
            }
            _ => return Err(format!("no option {argument}")),
        }
    }
    Ok(options)
}

fn replay(seed: u64, sabotage: Option<Sabotage>) -> ExitCode {
    let outcome = outcome(seed, sabotage, true);
    for line in &outcome.trace {
        println!("{line}");
    }
    for broken in &outcome.broken {
        println!("seed {seed} broke: {}: {}", broken.invariant, broken.how);
    }
    if outcome.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn play(options: &Options) -> ExitCode {
    // A panic is reported with its seed; the hook's own lines would bury that.
    std::panic::set_hook(Box::new(|_| ()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let begin = Instant::now();
    let summary = run_many(options.from, options.seeds, threads, options.sabotage);
    let seconds = begin.elapsed().as_secs_f64();
    println!("{:>12}  class of fault", "times met");
    for ((_, _, name), count) in Fault::ALL.iter().zip(summary.counts.0) {
        println!("{count:>12}  {name}");
    }
    println!(
        "{} seeds ({} calls, {} requests) in {seconds:.1} s: {:.0} seeds a second on {threads} threads",
        summary.seeds,
        summary.calls,
        summary.requests,
        summary.seeds as f64 / seconds
    );
    let missing = if options.complete { summary.counts.missing() } else { Vec::new() };
    if let Some((seed, broken)) = summary.failure {
        println!("seed {seed} broke: {}: {}\nreplay: npm run simulate -- --seed {seed}", broken.invariant, broken.how);
        return ExitCode::FAILURE;
    }
    for name in &missing {
        println!("never met: {name}");
    }
    if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
