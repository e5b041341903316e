import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, invalid } from './api-error';
import type { Json } from './charge-request';

const LARGEST_BODY = 64 * 1024;

/** One request and its answer. */
export class Exchange {
  readonly url: URL;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    this.url = new URL(request.url ?? '/', 'http://sandbox');
  }

  /** Throws 401 unless the caller bears the merchant's secret key. */
  authenticate(secretKey: string): void {
    const digest = (text: string) => createHash('sha256').update(text).digest();
    const given = digest(this.request.headers.authorization ?? '');
    if (!timingSafeEqual(given, digest(`Bearer ${secretKey}`)))
      throw new ApiError(401, 'unauthenticated', 'The secret key is wrong');
  }

  get idempotencyKey(): string {
    const key = this.request.headers['idempotency-key'];
    if (typeof key !== 'string' || key.length === 0 || key.length > 255)
      throw invalid('Idempotency-Key must be 1-255 characters');
    return key;
  }

  get isForm(): boolean {
    return this.request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  }

  /** The body as an object, from JSON or from a form. */
  async body(): Promise<Json> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_BODY) throw new ApiError(413, 'too_large', `A body has at most ${LARGEST_BODY} bytes`);
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    return this.isForm ? Object.fromEntries(new URLSearchParams(text)) : parseObject(text || '{}');
  }

  json(status: number, value: unknown, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  }

  html(page: string): void {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" };
    this.response.writeHead(200, headers).end(page);
  }

  redirect(location: string): void {
    this.response.writeHead(303, { location }).end();
  }

  fail(error: unknown): void {
    if (this.response.headersSent) return;
    const { status, code, message } = error instanceof ApiError ? error : new ApiError(500, 'internal', 'The gateway failed');
    this.json(status, { error: { code, message } }, { connection: 'close' });
  }
}

function parseObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Answered below, like every other body that is no object.
  }
  throw invalid('The body must be a JSON object');
}
