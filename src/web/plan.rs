//! What a call is to do: its machine, planned from what the caller gave.

use std::rc::Rc;

use super::client::Client;
use super::machine::{Machine, Order, Then};
use super::platform::{PLATFORM, moment};
use super::{flat, take};
use crate::create;
use crate::failure::Failure;
use crate::flow::create::Create;
use crate::flow::download::Part;
use crate::flow::query::Query;
use crate::flow::wait::Wait;
use crate::format::{Format, VIDEOS, Variant};
use crate::options::{TALK_IDLE, WaitOptions};
use crate::task::Task;
use crate::value::Value;

/// One snapshot.
pub fn query(client: &Client, given: &mut &str) -> Result<Machine, Failure> {
    let named = take::named(&flat::next(given), &client.config, &PLATFORM)?;
    let query = Query::new(&named.id, named.format, client.remembered.get(), client.config.retries)?;
    let known = known(client, &named);
    Ok(Machine::Query(query.of(named.kind.as_deref()).knowing(known)))
}

/// A task that a conversation has ended with.
fn known(client: &Client, named: &take::Named) -> Option<Task> {
    let talks = named.format.is_some_and(|format| format.spec().talks);
    if talks { client.finished.borrow().find(&named.id) } else { None }
}

/// Something to be made, or, behind a `true`, what else `client.videos` has. Options follow.
pub fn create(client: &Client, given: &mut &str) -> Result<Machine, Failure> {
    let format = client.config.format.unwrap_or(Format::OpenaiVideos);
    let mut order = flat::next(given);
    let mut of_task = true;
    let mut ways = format.spec().create;
    if flat::flag(given) {
        if format != Format::OpenaiVideos {
            return Err(Failure::argument("client.videos needs a client of the format openai-videos, or auto."));
        }
        take::clip(&mut order, &client.config, &PLATFORM)?;
        of_task = matches!(order.get("kind").text(), Some("remix" | "edit" | "extend"));
        ways = VIDEOS;
    }
    let plan = create::plan(ways, format.spec(), &order)?;
    let silence = TALK_IDLE.read(&flat::next(given))?;
    Ok(Machine::Create(Box::new(Create::new(plan, format, client.remembered.get(), of_task)), silence))
}

/// A download: of a task given whole, or of an id or ref, which is waited for first.
pub fn download(client: &Client, given: &mut &str) -> Result<Machine, Failure> {
    let options = flat::next(given);
    let variant = match options.get("variant") {
        Value::Null => Variant::Video,
        word => word
            .text()
            .and_then(Variant::named)
            .ok_or_else(|| Failure::argument("variant must be video, thumbnail or spritesheet."))?,
    };
    let output = match options.get("output") {
        Value::Null => None,
        Value::Number(index) if *index >= 0.0 && *index == index.trunc() => Some(*index as usize),
        _ => return Err(Failure::argument("output must be the index of one of the task's outputs.")),
    };
    let part = options.get("part");
    let part = Part {
        bytes: part.get("bytes").number().unwrap_or_default(),
        total: part.get("total").number(),
        validator: part.get("validator").text().map(str::to_owned),
    };
    let order = Order { variant, output, part };

    let mut ahead = *given;
    let task = flat::next(&mut ahead);
    if task.has("ref") {
        return order.of(Rc::new(take::task_of(&task, &client.config, &PLATFORM)?));
    }
    wait(client, given, Then::Download(order))
}

/// A wait for a succeeded task, telling every changed snapshot; or one durable poll, from a state.
pub fn wait(client: &Client, given: &mut &str, then: Then) -> Result<Machine, Failure> {
    let config = &client.config;
    let named = take::named(&flat::next(given), config, &PLATFORM)?;
    let options = flat::next(given);
    // `signalled`: the caller gave a signal of its own, so a wait without a deadline can still be ended.
    let checked = WaitOptions::read(&options, options.get("signalled").is(true))?;
    let state = take::state_of(&flat::next(given), &named, config, moment().now)?;
    let mut wait = Wait::new(state, checked).knowing(known(client, &named));
    // `began`: it is one of many, which began then.
    if let Value::Number(began) = options.get("began") {
        wait.join_in(*began);
    }
    Ok(Machine::Wait(Box::new(wait), then))
}
