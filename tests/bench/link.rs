//! A link that takes its time: what the page and the server say to each other arrives later by half a round trip. Nothing is
//! lost, and nothing is slower than late.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Instant, sleep_until},
};

/// A way to a server, open until the runtime ends.
pub(crate) struct Link {
    /// Its own port on this machine.
    pub(crate) port: u16,
}

impl Link {
    /// Opens a way to a port of this machine, `round_trip` long.
    ///
    /// # Errors
    /// No port can be had.
    pub(crate) async fn open(to: u16, round_trip: Duration) -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.map_err(|error| format!("the slow link: {error}"))?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("the slow link: {error}"))?;
        let delay = round_trip / 2;
        tokio::spawn(async move {
            while let Ok((page, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else {
                        return;
                    };
                    // Else small messages would wait for each other.
                    let _ = (page.set_nodelay(true), server.set_nodelay(true));
                    let ((from_page, to_page), (from_server, to_server)) =
                        (page.into_split(), server.into_split());
                    tokio::join!(
                        carry(from_page, to_server, delay),
                        carry(from_server, to_page, delay)
                    );
                });
            }
        });
        Ok(Self { port: address.port() })
    }
}

/// Carries bytes until either end closes.
async fn carry(
    mut from: impl AsyncRead + Unpin + Send + 'static,
    mut to: impl AsyncWrite + Unpin,
    delay: Duration,
) {
    let (sender, mut under_way) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let reading = tokio::spawn(async move {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(n_bytes @ 1..) = from.read(&mut buffer).await {
            let sent = sender.send((Instant::now() + delay, buffer[..n_bytes].to_vec()));
            if sent.is_err() {
                return;
            }
        }
    });
    while let Some((due, bytes)) = under_way.recv().await {
        sleep_until(due).await;
        if to.write_all(&bytes).await.is_err() {
            break;
        }
    }
    // Whoever waits for the other end learns that there is none.
    let _ = to.shutdown().await;
    reading.abort();
}
