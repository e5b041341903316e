import type { IncomingMessage } from 'node:http';
import { type Caller, notAuthenticated, ServiceIdentity } from '@polycloud/auth';
import { currentContext } from '@polycloud/context';
import { AppError, type Endpoint } from '@polycloud/contracts';
import { repeatedOf } from './repeated-headers';

const AUTHORIZATION = new Set(['authorization']);

/** How a server finds out who calls. */
export interface Authenticator {
  /** The user of an access token. */
  user(token: string): Promise<Caller>;
  /** This service's own identity, which checks the tokens of its peers. */
  identity: ServiceIdentity;
}

/** The caller that the endpoint asks for: none, a user (himself or through a service), an admin, or a service. */
export async function authenticate(request: IncomingMessage, endpoint: Endpoint, authenticator: Authenticator): Promise<unknown> {
  const access = endpoint.access ?? 'user';
  if (access === 'public') return undefined;
  const token = bearerOf(request);
  if (access === 'service') return authenticator.identity.verify(token);
  const caller = await userOf(token, authenticator);
  const context = currentContext();
  if (context) {
    context.userId = caller.userId;
    // A service that calls for a user tries again itself; if each hop did, three tries would become twenty-seven.
    context.mayRetry = caller.via === undefined;
  }
  if (access === 'admin' && !caller.roles.includes('admin')) {
    throw new AppError('FORBIDDEN', `${endpoint.method} ${endpoint.path} is for administrators`);
  }
  return caller;
}

/** No async function, nor is the verifier's: each of them would take a known answer several turns further. */
function userOf(token: string, authenticator: Authenticator): Caller | Promise<Caller> {
  if (!ServiceIdentity.isServiceToken(token)) return authenticator.user(token);
  const { onBehalfOf } = authenticator.identity.verify(token);
  if (!onBehalfOf) throw notAuthenticated();
  return onBehalfOf;
}

/** Exactly one Authorization header with a bearer token. */
function bearerOf(request: IncomingMessage): string {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined || repeatedOf(AUTHORIZATION, request).length > 0) throw notAuthenticated();
  return token;
}
