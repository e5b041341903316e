import { AppError, type Endpoint } from '@polycloud/contracts';
import express, { type Request, type Response } from 'express';

/** Largest body in bytes, unless its endpoint says otherwise. */
const BODY_LIMIT = 100 * 1024;
const MOST_DEPTH = 32;
/** Of each member, counting its comma: so many members a body may have. */
const BYTES_OF_MEMBER = 20;

/** Reads the body of a request. */
type BodyReader = (request: Request, response: Response) => Promise<unknown>;

/**
 * How the body of one endpoint is read: refused unless it is plain JSON in UTF-8 of bearable size, depth and width.
 * Undefined for an endpoint that takes none.
 */
export function bodyReaderFor(endpoint: Endpoint): BodyReader | undefined {
  if (!endpoint.body && !endpoint.rawBody) return undefined;
  const limit = endpoint.bodyLimit ?? BODY_LIMIT;
  const parse = express.raw({ type: () => true, limit, inflate: false });
  const read = (request: Request, response: Response) =>
    new Promise<unknown>((resolve, reject) =>
      parse(request, response, (error?: Error) => (error ? reject(error) : resolve(request.body))),
    );
  if (endpoint.rawBody) return read;
  return async (request, response) => {
    refuseOtherTypes(request);
    return parsed(await read(request, response), Math.floor(limit / BYTES_OF_MEMBER));
  };
}

function parsed(bytes: unknown, mostMembers: number): unknown {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined;
  refuseMonsters(bytes, mostMembers);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError('MALFORMED_JSON', 'The body is not valid JSON in UTF-8', { cause });
  }
}

function refuseOtherTypes(request: Request): void {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', `${request.method} ${request.path} takes application/json in UTF-8`, {
      hint: 'Send the header Content-Type: application/json',
    });
  }
}

/** JSON.parse takes nesting that later code cannot walk; so depth and width are counted before it runs. */
function refuseMonsters(bytes: Buffer, mostMembers: number): void {
  let depth = 0;
  let members = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inText) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (byte === 0x2c) members++;
    if (depth > MOST_DEPTH || members > mostMembers) {
      throw new AppError('VALIDATION_FAILED', 'The body is nested too deep or has too many members', {
        errors: [{ field: 'body', message: `at most ${MOST_DEPTH} levels and ${mostMembers} members` }],
      });
    }
  }
}
