// websocket (WebSocket-Node): PORT [CERTIFICATE KEY]. Every path upgrades; the library knows no extension.
const { server: WebSocketServer } = require('websocket');
const server = new WebSocketServer({ httpServer: require('./listen.cjs'), autoAcceptConnections: false });
server.on('request', (request) => {
  const connection = request.accept(request.requestedProtocols.includes('chat') ? 'chat' : null, request.origin);
  connection.on('error', () => {});
  connection.on('message', (message) =>
    message.type === 'utf8' ? connection.sendUTF(message.utf8Data) : connection.sendBytes(message.binaryData));
});
