import { currentContext } from '@polycloud/context';
import { type Endpoint, Paged } from '@polycloud/contracts';
import type { Request, Response } from 'express';
import { Reply } from './reply';

/** Writes a handler's answer: the envelope `{ requestId, data, page? }`, a bare document, or nothing (204, 304). */
export function respond(endpoint: Endpoint, request: Request, response: Response, answer: unknown): void {
  const { data, options } = answer instanceof Reply ? (answer as Reply) : new Reply(answer);
  const status = options.status ?? endpoint.status;
  response.status(status);
  if (!response.getHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(options.headers ?? {})) response.setHeader(name, value);
  if (status === 204 || status === 304) return void response.end();
  const requestId = options.requestId ?? currentContext()?.requestId;
  const body = endpoint.bare ? data : { requestId, ...enveloped(data, request) };
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  // As text, so that Node sends it in one piece with the header.
  response.end(JSON.stringify(body));
}

function enveloped(data: unknown, request: Request): object {
  if (!(data instanceof Paged)) return { data };
  const asked = Number((request.query as { limit?: string }).limit);
  return { data: data.items as unknown[], page: { limit: asked || 20, nextCursor: data.nextCursor } };
}
