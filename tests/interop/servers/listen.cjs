// An HTTP or HTTPS server for the Node applications: PORT [CERTIFICATE KEY]. It answers 404 to what is no upgrade.
const fs = require('fs');
const [port, certificate, key] = process.argv.slice(2);
const notFound = (request, response) => { response.statusCode = 404; response.end(); };
const server = certificate
  ? require('https').createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, notFound)
  : require('http').createServer(notFound);
server.listen(+port, '127.0.0.1');
module.exports = server;
