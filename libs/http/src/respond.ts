import { currentContext } from '@polycloud/context';
import { type Endpoint, Paged } from '@polycloud/contracts';
import type { Response } from 'express';
import { Reply } from './reply';

/** Writes a handler's answer to a query: the envelope `{ requestId, data, page? }`, a bare document, or nothing (204, 304). */
export function respond(endpoint: Endpoint, query: unknown, response: Response, answer: unknown): void {
  const { data, options } = answer instanceof Reply ? (answer as Reply) : new Reply(answer);
  const status = options.status ?? endpoint.status;
  response.status(status);
  if (!response.getHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(options.headers ?? {})) response.setHeader(name, value);
  if (status === 204 || status === 304) return void response.end();
  const requestId = options.requestId ?? currentContext()?.requestId;
  const json = options.kept ? keptJson : JSON.stringify;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  // As text, so that Node sends it in one piece with the header.
  response.end(endpoint.bare ? json(data) : `{"requestId":"${requestId}"${members(data, query, json)}}`);
}

/** The members of the envelope that bear the data, as JSON. */
function members(data: unknown, query: unknown, json: (value: object) => string): string {
  if (data === undefined) return '';
  if (!(data instanceof Paged)) return `,"data":${json(data as object)}`;
  const page = { limit: (query as { limit: number }).limit, nextCursor: data.nextCursor };
  return `,"data":${json(data.items)},"page":${JSON.stringify(page)}`;
}

const texts = new WeakMap<object, string>();

function keptJson(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
