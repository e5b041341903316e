'use strict';
const { Failure } = require('./failure');

const ANSWER_MS = 30_000;

/** A client of the gateway as an app would write one: JSON both ways, a bearer token once it has logged in. */
class ApiClient {
  constructor(baseUrl) {
    this.baseUrl = baseUrl;
    this.accessToken = undefined;
  }

  get(path) {
    return this.send('GET', path);
  }

  post(path, body, headers) {
    return this.send('POST', path, { body, headers });
  }

  put(path, body) {
    return this.send('PUT', path, { body });
  }

  /** Resolves to { data, page, requestId }; a problem becomes a Failure with its code, detail and hint. */
  async send(method, path, { body, headers } = {}) {
    const response = await this.fetch(method, path, { body, headers });
    const text = await response.text();
    if (!response.ok) throw problem(`${method} ${path}`, response, text);
    return text ? JSON.parse(text) : {};
  }

  fetch(method, path, { body, headers }) {
    return fetch(this.baseUrl + path, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.accessToken && { authorization: `Bearer ${this.accessToken}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((error) => {
      throw new Failure(
        `${method} ${this.baseUrl}${path} gets no answer (${error.cause?.code ?? error.message})`,
        'npm run status',
      );
    });
  }
}

function problem(what, { status }, text) {
  let told = {};
  try {
    told = JSON.parse(text);
  } catch {
    // Not one of ours; its text says more than nothing.
  }
  const fields = (told.errors ?? []).map(({ field, message }) => `; ${field}: ${message}`).join('');
  const request = told.requestId ? ` (request ${told.requestId})` : '';
  const detail = told.detail ?? text.slice(0, 200);
  const failure = new Failure(`${what} answers ${status}: ${detail}${fields}${request}`, told.hint ?? logsOf(told.requestId));
  return Object.assign(failure, { status, code: told.code });
}

const logsOf = (requestId) => (requestId ? `npm run logs -- --request ${requestId}` : undefined);

module.exports = { ApiClient };
