// ws: PORT [CERTIFICATE KEY]. Upgrades /ws.
const { WebSocketServer } = require('ws');
const server = require('./listen.cjs');
const handleProtocols = (offered) => (offered.has('chat') ? 'chat' : false);
new WebSocketServer({ server, path: '/ws', perMessageDeflate: true, handleProtocols }).on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});
