//! tokio-tungstenite: PORT. Every path upgrades; the library knows no extension.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// The library leaves subprotocols to its user: all lines of the offer are one list.
#[allow(clippy::result_large_err)]
fn choose(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let lines = request.headers().get_all("sec-websocket-protocol").iter();
    let mut names = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    if names.any(|name| name.trim() == "chat") {
        response.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("chat"));
    }
    Ok(response)
}

async fn echo(stream: TcpStream) {
    let Ok(mut socket) = accept_hdr_async(stream, choose).await else { return };
    while let Some(Ok(message)) = socket.next().await {
        if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
            return;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).expect("PORT");
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(echo(stream));
    }
}
