//! Accepts connections and serves the routes on them: at most so many at a time, none that dawdles over its request, and
//! what is under way when the server stops is finished.

use std::{convert::Infallible, io::Write, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use crate::{
    http::{Site, router},
    limits::{Admitted, HEAD_TIMEOUT, MAX_HEAD_BYTES, WRITE_TIMEOUT},
    socket::stopped,
};

/// Where a request comes from. In the request's extensions.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// Held as long as the connection is used, by a websocket too.
    pub(crate) _admitted: Arc<Admitted>,
}

/// How long to wait after a connection could not be accepted, as when there are too many open files.
const AFTER_FAILURE: Duration = Duration::from_millis(200);

/// What a connection over the limit is told before it is closed.
const TOO_MANY: &str = "this server has as many connections as it may; try later";

/// Accepts connections until the server stops. Each of them holds a receiver of `is_stopping` until it is done.
pub(crate) async fn accept(listener: TcpListener, site: Arc<Site>) {
    let router = router(site.clone());
    let mut stopping = site.is_stopping.subscribe();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stopping) => return,
        };
        let Ok((stream, address)) = accepted else {
            tokio::time::sleep(AFTER_FAILURE).await;
            continue;
        };
        match site.limits.connections.admit(address.ip()) {
            Some(admitted) => {
                let peer = Peer {
                    address,
                    _admitted: Arc::new(admitted),
                };
                tokio::spawn(serve(stream, peer, router.clone(), stopping.clone()));
            }
            None => refuse(stream),
        }
    }
}

/// Says that there are too many, if that can be said at once.
fn refuse(stream: TcpStream) {
    let head =
        "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncontent-type: text/plain";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{TOO_MANY}", TOO_MANY.len());
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(answer.as_bytes());
    }
}

/// Serves the requests of one connection.
async fn serve(stream: TcpStream, peer: Peer, router: Router, mut stopping: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer.clone());
        let router = router.clone();
        async move {
            Ok::<_, Infallible>(
                router
                    .oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        // What goes wrong on a connection is the client's to notice: it is gone, or sent what is no HTTP.
        _ = connection.as_mut() => {}
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
