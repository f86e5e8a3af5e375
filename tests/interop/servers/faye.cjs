// faye-websocket with its permessage-deflate extension: PORT [CERTIFICATE KEY]. Every path upgrades.
const WebSocket = require('faye-websocket');
const deflate = require('permessage-deflate');
require('./listen.cjs').on('upgrade', (request, socket, head) => {
  const connection = new WebSocket(request, socket, head, ['chat'], { extensions: [deflate] });
  connection.on('message', (event) => connection.send(event.data));
});
