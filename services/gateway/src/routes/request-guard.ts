import { notAuthenticated, ServiceIdentity } from '@polycloud/auth';
import { AppError } from '@polycloud/contracts';
import { repeatedOf } from '@polycloud/http';
import type { RequestHandler } from 'express';

/** Headers of which two would be read differently by the gateway and by the service behind it. */
const SINGLE = new Set(['host', 'authorization', 'content-length', 'content-type', 'transfer-encoding', 'idempotency-key']);

/** A step of a path that climbs or stays, plainly or in disguise, and a second root. */
const UNCLEAR_PATH = /^\/{2}|[\\\0]|(^|\/)(\.|%2e){1,2}(\/|$)|%2f|%5c|%00/i;

/** Refuses requests that two servers could read in two ways, and services' own tokens, which have no business outside. */
export const refuseUnclearRequests: RequestHandler = (request, _response, next) => {
  const path = request.url.split('?', 1)[0] ?? '';
  if (!path.startsWith('/') || UNCLEAR_PATH.test(path)) {
    throw new AppError('VALIDATION_FAILED', 'The path is not in its plain form', {
      errors: [{ field: 'path', message: 'must be without dot segments and encoded slashes' }],
    });
  }
  const twice = repeatedOf(SINGLE, request);
  if (twice.length > 0) {
    throw new AppError('VALIDATION_FAILED', 'A header that may stand once stands twice', {
      errors: twice.map((name) => ({ field: `header.${name}`, message: 'stands more than once' })),
    });
  }
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token !== undefined && ServiceIdentity.isServiceToken(token)) throw notAuthenticated();
  next();
};
