import Joi from 'joi';
import { CloudConnection } from './clouds';
import { endpoint } from './endpoint';
import { id, providers, time } from './fields';
import { list, named, nullable, oneOf, record } from './schema';
import { phone, roles } from './user';

export const Credentials = named(
  'Credentials',
  record({ email: Joi.string<string>().max(254), password: Joi.string<string>().max(128) }),
);

export const Tokens = named(
  'Tokens',
  record({
    accessToken: Joi.string<string>(),
    tokenType: oneOf('Bearer'),
    expiresIn: Joi.number().integer().description('Seconds'),
    refreshToken: Joi.string<string>(),
  }),
);

export const Session = named(
  'Session',
  record({
    id: id(),
    device: Joi.string<string>().allow('').description('What the client called itself when it logged in'),
    address: Joi.string<string>().allow(''),
    method: oneOf('password', 'otp'),
    current: Joi.boolean().description('The one that asks'),
    createdAt: time(),
    lastUsedAt: time(),
    expiresAt: time(),
  }),
);

export const VerifiedToken = named(
  'VerifiedToken',
  record({
    userId: id(),
    sessionId: id(),
    roles: list(oneOf(...roles)),
    cloud: nullable(oneOf(...providers)),
    expiresAt: time(),
  }),
);

/** Public keys (RFC 7517). */
export const JsonWebKeySet = named('JsonWebKeySet', record({ keys: list(Joi.object<Record<string, unknown>>().unknown(true)) }));

export const authentication = {
  logIn: endpoint({
    operation: 'logIn',
    method: 'POST',
    path: '/authentication',
    summary: 'Log in with e-mail and password',
    access: 'public',
    body: Credentials,
    status: 200,
    returns: Tokens,
    fails: ['INVALID_CREDENTIALS', 'RATE_LIMITED', 'UNAVAILABLE'],
  }),
  refresh: endpoint({
    operation: 'refreshTokens',
    method: 'POST',
    path: '/authentication/refresh',
    summary: 'A new pair of tokens for a refresh token, which is thereby used up',
    access: 'public',
    body: record({ refreshToken: Joi.string<string>().max(512) }),
    status: 200,
    returns: Tokens,
    fails: ['NOT_AUTHENTICATED', 'RATE_LIMITED'],
  }),
  logOut: endpoint({
    operation: 'logOut',
    method: 'POST',
    path: '/authentication/logout',
    summary: 'End this session: its tokens stop working everywhere within 5 s',
    status: 204,
  }),
};

export const otp = {
  request: endpoint({
    operation: 'requestOneTimeCode',
    method: 'POST',
    path: '/authentication/otp',
    summary: 'Have a one-time code sent to my phone; the answer is the same whether or not the number is known',
    access: 'public',
    body: record({ phone: phone() }),
    status: 202,
    fails: ['RATE_LIMITED'],
  }),
  verify: endpoint({
    operation: 'verifyOneTimeCode',
    method: 'POST',
    path: '/authentication/otp/verify',
    summary: 'Log in with the code: 6 digits, good for 5 minutes and 5 tries',
    access: 'public',
    body: record({
      phone: phone(),
      code: Joi.string<string>()
        .pattern(/^[0-9]{6}$/, 'code of 6 digits')
        .example('012345'),
    }),
    status: 200,
    returns: Tokens,
    fails: ['INVALID_CREDENTIALS', 'RATE_LIMITED'],
  }),
};

export const sessions = {
  list: endpoint({
    operation: 'listSessions',
    method: 'GET',
    path: '/user/sessions',
    summary: 'My devices',
    status: 200,
    returns: list(Session),
  }),
  end: endpoint({
    operation: 'endSession',
    method: 'DELETE',
    path: '/user/sessions/:id',
    summary: 'Log one of my devices out',
    params: record({ id: id() }),
    status: 204,
    fails: ['NOT_FOUND'],
  }),
};

export const tokens = {
  jwks: endpoint({
    operation: 'getSigningKeys',
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Public keys of access tokens',
    access: 'public',
    status: 200,
    bare: true,
    returns: JsonWebKeySet,
  }),
  verify: endpoint({
    method: 'POST',
    path: '/internal/tokens/verify',
    summary: "Validate a user's access token",
    access: 'service',
    body: record({ token: Joi.string<string>().max(8192) }),
    status: 200,
    returns: VerifiedToken,
    fails: ['NOT_AUTHENTICATED'],
  }),
  cloudOf: endpoint({
    method: 'GET',
    path: '/internal/users/:id/cloud',
    summary: "A user's cloud with its secrets",
    access: 'service',
    params: record({ id: id() }),
    status: 200,
    returns: CloudConnection,
    fails: ['CLOUD_NOT_REGISTERED', 'FORBIDDEN', 'NOT_FOUND'],
  }),
};
