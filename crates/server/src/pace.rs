//! Bodies that have to come on.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// The least a body has to bring.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// So many bytes, or its end …
    pub(crate) bytes: usize,
    /// … in each such time that the server waits for it.
    pub(crate) within: Duration,
}

/// A body that fails when it falls behind its pace. Only waiting counts: a server that is slow to
/// read loses no client.
pub(crate) struct Paced {
    body: Body,
    pace: Pace,
    /// Bytes since the last time the clock was set.
    brought: usize,
    /// Set when the server first had to wait.
    clock: Option<Pin<Box<Sleep>>>,
}

/// A client was too slow.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(crate) struct TooSlow;

impl Paced {
    pub(crate) fn new(body: Body, pace: Pace) -> Self {
        Self { body, pace, brought: 0, clock: None }
    }

    fn count(&mut self, frame: &Frame<Bytes>) {
        self.brought += frame.data_ref().map_or(0, Bytes::len);
        let Some(clock) = &mut self.clock else { return };
        // What was there in time may be read late.
        if self.brought >= self.pace.bytes || clock.is_elapsed() {
            self.brought = 0;
            clock.as_mut().reset(Instant::now() + self.pace.within);
        }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(next) = Pin::new(&mut self.body).poll_frame(cx) {
            if let Some(Ok(frame)) = &next {
                self.count(frame);
            }
            return Poll::Ready(next);
        }
        let within = self.pace.within;
        let clock = self.clock.get_or_insert_with(|| Box::pin(sleep(within)));
        ready!(clock.as_mut().poll(cx));
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
