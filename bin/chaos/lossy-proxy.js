'use strict';
const http = require('node:http');

/**
 * Stands between a client and a server of HTTP. The worst fault of all: the request is carried out to its end, and then its
 * answer is lost (`lose`), or the request comes twice (`twice`); both are chances from 0 to 1.
 */
class LossyProxy {
  constructor(target, random) {
    this.target = new URL(target);
    this.random = random;
    this.faults = { lose: 0, twice: 0 };
    this.injected = { 'answer lost': 0, 'request doubled': 0 };
    this.agent = new http.Agent({ keepAlive: true });
    this.server = http.createServer((request, response) => void this.pass(request, response));
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }

  async pass(request, response) {
    try {
      const body = await bytesOf(request);
      const isWrite = request.method === 'POST';
      if (isWrite && this.strikes('twice', 'request doubled')) this.forward(request, body).catch(() => undefined);
      const answer = await this.forward(request, body);
      if (isWrite && this.strikes('lose', 'answer lost')) return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      request.socket.destroy();
    }
  }

  strikes(fault, name) {
    if (this.random.next() >= this.faults[fault]) return false;
    this.injected[name]++;
    return true;
  }

  forward({ method, url, headers }, body) {
    const { hostname, port } = this.target;
    const { agent } = this;
    return new Promise((resolve, reject) => {
      const onward = http.request({ hostname, port, method, path: url, headers, agent, timeout: 40_000 }, (answer) => {
        bytesOf(answer).then((bytes) => resolve({ status: answer.statusCode, headers: answer.headers, body: bytes }), reject);
      });
      onward.once('error', reject).once('timeout', () => onward.destroy(new Error('no answer')));
      onward.end(body);
    });
  }
}

async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

module.exports = { LossyProxy, bytesOf };
