//! axum: PORT. Upgrades /ws; its WebSocket knows no extension.

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::{response::Response, routing::any, Router};

async fn upgrade(handshake: WebSocketUpgrade) -> Response {
    handshake.protocols(["chat"]).on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let data = matches!(message, Message::Text(_) | Message::Binary(_));
        if data && socket.send(message).await.is_err() {
            return;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).expect("PORT");
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    axum::serve(listener, Router::new().route("/ws", any(upgrade))).await.expect("it serves");
}
