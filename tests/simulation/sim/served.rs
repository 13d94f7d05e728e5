//! What a server sends: the head of an answer, its body, and when and how that ends.

use reelay::flow::Headers;
use reelay::task::Status;

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Whole,
    Cut,
    Stall,
}

#[derive(Debug, Clone)]
pub enum Head {
    /// No connection.
    Refused,
    /// A connection, and nothing more.
    Silent,
    Answer(u16, Headers),
}

/// What the relay meant by an answer to a status request.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// `None`: nothing of the task.
    pub status: Option<Status>,
    pub url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Served {
    /// Until the head is there.
    pub after: f64,
    pub head: Head,
    pub data: Vec<u8>,
    pub fate: Fate,
    /// Bytes of a chunk.
    pub chunk: usize,
    /// Milliseconds between two chunks.
    pub pace: f64,
    /// More than a JSON body may have, without making it.
    pub too_large: bool,
    pub said: Option<Said>,
    /// The pause asked for, where it can be understood.
    pub asked: Option<f64>,
}

impl Served {
    pub fn new(status: u16, headers: Headers, data: Vec<u8>) -> Self {
        let head = Head::Answer(status, headers);
        Served { after: 20.0, head, data, fate: Fate::Whole, chunk: 700, pace: 1.0, too_large: false, said: None, asked: None }
    }

    pub fn nothing(head: Head) -> Self {
        Served { head, ..Served::new(0, Headers::default(), Vec::new()) }
    }

    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Served::new(status, typed("application/json"), body.to_string().into_bytes())
    }

    pub fn text(status: u16, media_type: &str, text: &str) -> Self {
        Served::new(status, typed(media_type), text.as_bytes().to_vec())
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        let headers = Headers { location: Some(to.to_owned()), ..Headers::default() };
        Served::new(status, headers, Vec::new())
    }

    pub fn headers(&mut self) -> &mut Headers {
        match &mut self.head {
            Head::Answer(_, headers) => headers,
            _ => panic!("no answer has no headers"),
        }
    }
}

pub fn typed(media_type: &str) -> Headers {
    Headers { content_type: Some(media_type.to_owned()), ..Headers::default() }
}
