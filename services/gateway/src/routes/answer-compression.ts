import type { IncomingHttpHeaders } from 'node:http';
import compression from 'compression';
import type { Request, Response } from 'express';

/** Shorter answers fit one packet whether they are compressed or not, bytes. */
const LARGE = 1024;

/** Compresses what a client understands and what gets shorter by it. */
export const compress = compression({ threshold: LARGE });

/** The same for an answer of a service, of which the length is known: to prepare one that is then left alone costs a tenth of a hop. */
export function compressLarge(headers: IncomingHttpHeaders, request: Request, response: Response): void {
  const length = headers['content-length'];
  if (length === undefined || Number(length) >= LARGE) compress(request, response, () => undefined);
}
