//! Accepts connections, and lets none of them hold a place for nothing.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http;
use axum::middleware::map_request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::pace::{Pace, Paced};
use crate::places::{Place, Places};

/// How long a client may take, and how many there may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Between two requests, and for the head of a request.
    pub(crate) head: Duration,
    /// For the body of a request.
    pub(crate) body: Pace,
    /// For taking more of an answer, whatever little.
    pub(crate) answer: Duration,
    /// Connections at the same time; more wait to be accepted. One address gets half of them.
    pub(crate) connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_mins(1),
            body: Pace { bytes: 16 << 10, within: Duration::from_mins(1) },
            answer: Duration::from_mins(1),
            connections: 1024,
        }
    }
}

/// After a failed accept, as when there are no file descriptors left.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stopped`; then takes no new connection and ends when the running requests have.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stopped: impl Future<Output = ()>,
) {
    let pace = patience.body;
    let router = router.layer(map_request(move |request: Request| {
        let request = request.map(|body| Body::new(Paced::new(body, pace)));
        std::future::ready(request)
    }));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let running = GracefulShutdown::new();
    let places = Places::new(patience.connections);
    let mut stopped = pin!(stopped);
    loop {
        let (client, seat) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stopped => break,
        };
        let from = client.peer_addr().ok();
        let mut client = TimeoutStream::new(client);
        client.set_write_timeout(Some(patience.answer));
        let service = router.clone().map_request(move |mut request: http::Request<Incoming>| {
            if let Some(from) = from {
                request.extensions_mut().insert(ConnectInfo(from));
            }
            request
        });
        let service = TowerToHyperService::new(service);
        let io = TokioIo::new(Box::pin(client));
        let connection = running.watch(builder.serve_connection(io, service));
        tokio::spawn(async move {
            if let Err(err) = connection.await {
                tracing::debug!("a connection ended early: {err}");
            }
            drop(seat);
        });
    }
    drop(listener);
    running.shutdown().await;
}

async fn accept(listener: &TcpListener, places: &Arc<Places>) -> (TcpStream, Place) {
    loop {
        let permit = places.free().await;
        match listener.accept().await {
            Ok((client, from)) => {
                // Answers are written whole; waiting for more to send only delays them.
                if let Err(err) = client.set_nodelay(true) {
                    tracing::debug!("set_nodelay: {err}");
                }
                if let Some(place) = places.give(permit, from.ip()) {
                    return (client, place);
                }
                tracing::debug!("{} has its share of connections", from.ip());
            }
            Err(err) => {
                tracing::warn!("cannot accept a connection: {err}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::post;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    use super::*;

    const SOON: Duration = Duration::from_millis(200);

    struct Server {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        done: tokio::task::JoinHandle<()>,
    }

    async fn server(connections: usize) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/", post(async |body: String| body))
            .route("/large", post(async || "x".repeat(64 << 20)));
        let patience = Patience {
            head: SOON,
            body: Pace { bytes: 1000, within: 5 * SOON },
            answer: SOON,
            connections,
        };
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let done = tokio::spawn(serve(listener, router, patience, stopped));
        Server { address, stop, done }
    }

    async fn connect(server: &Server, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream
    }

    async fn answer(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn whoever_says_nothing_is_hung_up_on() {
        let server = server(10).await;
        for sent in ["", "POST / HT", "POST / HTTP/1.1\r\nhost: a\r\n"] {
            let text = answer(connect(&server, sent).await).await;
            assert!(text.is_empty() || text.starts_with("HTTP/1.1 408"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_trickling_body_is_cut_off_and_a_slow_one_is_not() {
        let server = server(10).await;
        let head =
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 30000\r\nconnection: close\r\n\r\n";
        let (mut trickle, mut slow) = (connect(&server, head).await, connect(&server, head).await);
        let mut is_cut_off = false;
        for _ in 0..30 {
            tokio::time::sleep(SOON / 4).await;
            // A failed write means that the other side has hung up.
            is_cut_off |= trickle.write_all(b"x").await.is_err();
            slow.write_all(&[b'x'; 1000]).await.unwrap();
        }
        assert!(answer(slow).await.starts_with("HTTP/1.1 200"));
        let mut rest = Vec::new();
        let end = trickle.read_to_end(&mut rest).await;
        assert!(is_cut_off || end.is_err() || !rest.starts_with(b"HTTP/1.1 200"));
    }

    /// Who never reads is hung up on: otherwise nobody else would ever be served here.
    #[tokio::test]
    async fn an_answer_that_nobody_takes_is_given_up() {
        let server = server(1).await;
        let head = "POST /large HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n";
        let deaf = connect(&server, head).await;
        let request =
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
        let waiting = connect(&server, request).await;
        assert!(answer(waiting).await.ends_with("hi"));
        drop(deaf);
    }

    #[tokio::test]
    async fn more_than_there_are_places_for_wait_and_are_served() {
        let server = server(1).await;
        let idle = connect(&server, "").await;
        let request =
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
        let waiting = connect(&server, request).await;
        drop(idle);
        assert!(answer(waiting).await.ends_with("hi"));
    }

    #[tokio::test]
    async fn running_requests_are_finished_before_the_end() {
        let server = server(10).await;
        let request = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nhi";
        let mut begun = connect(&server, request).await;
        let idle = connect(&server, "").await;
        tokio::time::sleep(SOON / 4).await;
        server.stop.send(()).unwrap();
        begun.write_all(b"ho").await.unwrap();
        assert!(answer(begun).await.ends_with("hiho"));
        assert!(answer(idle).await.is_empty());
        server.done.await.unwrap();
        assert!(TcpStream::connect(server.address).await.is_err());
    }
}
