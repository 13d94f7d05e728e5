//! One request of a call: a place under the limit, an answer or none in time, and as much of it as `src/web/fetch.rs` reads.

use reelay::flow::{Answer, Body, Exchange, Headers, Request, Trouble, Want};
use reelay::host::PLATFORM;
use reelay::policy::sniff;

use super::call::Call;
use super::fault::Fault;
use super::sabotage::Sabotage;
use super::served::{Fate, Head, Served};
use super::world::World;

impl Call {
    /// A request and its answer, as far as the core wants it read.
    pub async fn send(&self, request: &Request) -> Exchange {
        let world = &self.world;
        let queued = world.time.now();
        let (place, waited) = world.gate.enter(request.credentialed, request.queue_ms).await;
        if waited {
            world.met(Fault::Queued);
        }
        let Some(_place) = place else {
            world.note(|| format!("#{} found no place", self.job));
            self.record.borrow_mut().said = None;
            self.record.borrow_mut().ended = world.time.now();
            return Exchange::Failed(Trouble::Timeout);
        };
        world.entered();
        let _left = Left(world);
        let mut request = request.clone();
        if self.is(Sabotage::LeaksTheKey) {
            request.credentialed = true;
        }
        world.note(|| {
            format!(
                "#{} asks {} key={} {:?}",
                self.job,
                request.url.get(..160).unwrap_or(&request.url),
                request.credentialed,
                request.want
            )
        });
        world.sending(self.job(), &mut self.record.borrow_mut(), &request.url);
        let patient = self.record.borrow().patient;
        let served = world.serve(self.job, &request, patient);
        let timeout = request.patience(world.time.now() - queued);
        let exchange = self.receive(&request, served, timeout).await;
        world.gate.hears(&request, &exchange, world.moment());
        world.note(|| format!("#{} got {}", self.job, shown(&exchange)));
        self.record.borrow_mut().ended = world.time.now();
        exchange
    }

    async fn receive(&self, request: &Request, served: Served, timeout: f64) -> Exchange {
        let time = &self.world.time;
        {
            let mut record = self.record.borrow_mut();
            (record.said, record.asked, record.warned) = (None, None, false);
        }
        let silent = matches!(served.head, Head::Silent);
        if silent || served.after >= timeout {
            time.sleep(timeout + self.world.lateness()).await;
            return Exchange::Failed(Trouble::Timeout);
        }
        time.sleep(served.after).await;
        let Head::Answer(status, headers) = &served.head else { return Exchange::Failed(Trouble::Network) };
        let (status, headers) = (*status, headers.clone());
        let bytes = matches!(request.want, Want::Bytes { .. });
        let whole = bytes && matches!(status, 200 | 206);
        if whole && !sniff::is_json(headers.content_type.as_deref()) {
            self.open.set(Some(served));
            return Exchange::Answer(Answer { status, headers: of_bytes(headers), body: Body::Unread });
        }
        if !(300..400).contains(&status) {
            match served.fate {
                Fate::Whole => time.sleep(served.pace).await,
                Fate::Cut => return Exchange::Failed(Trouble::Network),
                Fate::Stall => {
                    time.sleep(timeout - served.after + self.world.lateness()).await;
                    return Exchange::Failed(Trouble::Timeout);
                }
            }
        }
        {
            let mut record = self.record.borrow_mut();
            (record.said, record.asked) = (served.said.clone(), served.asked);
            record.warned = status >= 400 && headers.should_retry.as_deref() == Some("false");
        }
        let mut headers = if (200..300).contains(&status) { Headers::default() } else { of_others(headers) };
        if self.is(Sabotage::IgnoresWarnings) {
            headers.should_retry = None;
        }
        let body = if (300..400).contains(&status) { Body::Empty } else { body_of(&served) };
        Exchange::Answer(Answer { status, headers, body })
    }
}

struct Left<'a>(&'a World);

impl Drop for Left<'_> {
    fn drop(&mut self) {
        self.0.left();
    }
}

fn shown(exchange: &Exchange) -> String {
    match exchange {
        Exchange::Failed(trouble) => format!("{trouble:?}"),
        Exchange::Answer(Answer { status, headers, body }) => {
            let body = format!("{body:?}");
            format!("{status} {headers:?} {}", body.chars().take(300).collect::<String>())
        }
    }
}

/// As `readBody` of the facade tells bodies apart.
fn body_of(served: &Served) -> Body {
    if served.too_large {
        return Body::TooLarge;
    }
    let text = String::from_utf8_lossy(&served.data);
    match (PLATFORM.json)(&text) {
        Some(value) => Body::Json(value),
        None if text.trim_ascii().is_empty() => Body::Empty,
        None => Body::Text { html: text.trim_start().starts_with('<') },
    }
}

fn of_bytes(headers: Headers) -> Headers {
    Headers { location: None, retry_after: None, retry_after_ms: None, should_retry: None, request_id: None, ..headers }
}

fn of_others(headers: Headers) -> Headers {
    Headers { content_length: None, content_encoding: None, etag: None, last_modified: None, ..headers }
}
