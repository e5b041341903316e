'use strict';
const { randomBytes } = require('node:crypto');
const { ApiClient } = require('../bin/local/client');

/** A token is taken anew well before it runs out, milliseconds. */
const TOKEN_MS = 5 * 60_000;

/** A user with a cloud, who acts as an app does for him. */
class Resident {
  /** Registers him at the user service and gives him a cloud. */
  static async register(userUrl, connection) {
    const resident = new Resident(userUrl);
    const { data } = await resident.client.post('/user', { name: 'Resident', ...resident.credentials });
    resident.id = data.id;
    await resident.logIn();
    await resident.client.put('/user/cloud', { provider: 'AWS', connection });
    // The token's answer of the user service, with the cloud in it, is kept for two seconds; a new token is asked anew.
    await resident.logIn();
    return resident;
  }

  constructor(userUrl) {
    this.credentials = {
      email: `u${randomBytes(6).toString('hex')}@example.com`,
      password: randomBytes(12).toString('base64url'),
    };
    this.client = new ApiClient(userUrl);
  }

  /** The header that proves him, good for some minutes at least. */
  async authorization() {
    if (Date.now() - this.loggedInAt > TOKEN_MS) await this.logIn();
    return { authorization: `Bearer ${this.client.accessToken}` };
  }

  async logIn() {
    const { data } = await this.client.post('/authentication', this.credentials);
    this.client.accessToken = data.accessToken;
    this.loggedInAt = Date.now();
  }

  /** A client of another service that acts for him. */
  at(url) {
    const client = new ApiClient(url);
    client.accessToken = this.client.accessToken;
    return client;
  }

  /** Puts a dataset into his cloud through a presigned URL of the tenant-data service. */
  async upload(tenantDataUrl, key, body) {
    const { data } = await this.at(tenantDataUrl).post('/data/upload-url', { key, contentType: 'text/csv' });
    const response = await fetch(data.url, { method: data.method, headers: data.headers, body });
    if (!response.ok) throw new Error(`The upload of ${key} answers ${response.status}: ${await response.text()}`);
  }
}

module.exports = { Resident };
