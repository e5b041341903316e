'use strict';
const http = require('node:http');
const { createRequire } = require('node:module');
const { inRoot } = require('../local/layout');
const { bytesOf } = require('./lossy-proxy');

const { Webhook } = createRequire(inRoot('libs', 'webhook', 'package.json'))('standardwebhooks');

/** A client's endpoint for callbacks, with a ledger of its own. The first call of some callbacks is refused, dropped or never answered. */
class Receiver {
  constructor(ledger, random) {
    this.ledger = ledger;
    this.random = random;
    this.secrets = new Map();
    this.seen = new Set();
    this.injected = { 'callback refused': 0, 'callback dropped': 0 };
    this.refuses = 0;
    this.server = http.createServer((request, response) => void this.take(request, response).catch(() => request.destroy()));
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async take(request, response) {
    const body = (await bytesOf(request)).toString();
    const id = request.headers['webhook-id'];
    const first = !this.seen.has(id);
    this.seen.add(id);
    const chance = this.random.next();
    if (first && chance < this.refuses) {
      this.injected['callback refused']++;
      return void response.writeHead(500).end();
    }
    if (first && chance < this.refuses * 2) {
      this.injected['callback dropped']++;
      return void request.socket.destroy();
    }
    await this.ledger.write({ kind: 'callback', id, ...this.read(request, body) });
    response.writeHead(204).end();
  }

  read({ url, headers }, body) {
    const secret = this.secrets.get(url.split('/')[1]);
    try {
      const { type, data } = new Webhook(secret).verify(body, headers);
      return { valid: true, type, processId: data.processId, status: data.status };
    } catch {
      return { valid: false };
    }
  }
}

module.exports = { Receiver };
