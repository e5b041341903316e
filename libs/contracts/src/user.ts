import Joi from 'joi';
import { endpoint } from './endpoint';
import { id, providers, time } from './fields';
import { list, named, nullable, oneOf, record } from './schema';

const name = () => Joi.string<string>().trim().min(1).max(100).example('Sara Ali');
const email = () => Joi.string<string>().max(254).email({ tlds: false }).example('sara@example.com');
const phone = () =>
  Joi.string<string>()
    .pattern(/^\+[1-9][0-9]{6,14}$/, 'E.164 phone number')
    .example('+96550001234');
const provider = () => oneOf(...providers);

export const roles = ['customer', 'admin'] as const;
export type Role = (typeof roles)[number];

export const NewUser = named(
  'NewUser',
  record(
    { name: name(), email: email(), password: Joi.string<string>().min(8).max(128).example('a long phrase of mine') },
    { phone: phone() },
  ),
);

export const User = named(
  'User',
  record({
    id: id(),
    name: name(),
    email: email(),
    phone: nullable(phone()),
    roles: list(oneOf(...roles)),
    cloud: nullable(provider()),
    settings: record({ webhookSecret: Joi.string<string>().description('Signs the callbacks: whsec_ and base64') }),
    createdAt: time(),
  }),
);

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

export const NewCloud = named(
  'NewCloud',
  record({
    provider: Joi.string<string>().max(32).example('AWS'),
    connection: Joi.object<Record<string, unknown>>().unknown(true).description('The fields of that provider: see GET /clouds'),
  }),
);

export const Cloud = named(
  'Cloud',
  record({
    provider: provider(),
    connection: Joi.object<Record<string, unknown>>().unknown(true).description('Secrets are masked'),
    registeredAt: time(),
  }),
);

export const CloudOffer = named(
  'CloudOffer',
  record({
    provider: provider(),
    name: Joi.string<string>(),
    connection: Joi.object<object>().unknown(true).description('JSON Schema'),
  }),
);

export const VerifiedToken = named(
  'VerifiedToken',
  record({
    userId: id(),
    sessionId: id(),
    roles: list(oneOf(...roles)),
    cloud: nullable(provider()),
    expiresAt: time(),
  }),
);

/** How to log in to a user's cloud: for services only. */
export const CloudConnection = named(
  'CloudConnection',
  record({ provider: provider(), connection: Joi.object<Record<string, unknown>>().unknown(true) }),
);

export const users = {
  register: endpoint({
    method: 'POST',
    path: '/user',
    summary: 'Register a user',
    access: 'public',
    body: NewUser,
    status: 201,
    returns: User,
    fails: ['EMAIL_TAKEN'],
  }),
  details: endpoint({ method: 'GET', path: '/user/details', summary: 'Who am I', status: 200, returns: User }),
};

export const authentication = {
  logIn: endpoint({
    method: 'POST',
    path: '/authentication',
    summary: 'Log in with e-mail and password',
    access: 'public',
    body: Credentials,
    status: 200,
    returns: Tokens,
    fails: ['INVALID_CREDENTIALS'],
  }),
};

export const clouds = {
  offered: endpoint({
    method: 'GET',
    path: '/clouds',
    summary: 'The clouds that can be registered',
    access: 'public',
    status: 200,
    returns: list(CloudOffer),
  }),
  register: endpoint({
    method: 'PUT',
    path: '/user/cloud',
    summary: 'Register my cloud',
    body: NewCloud,
    status: 200,
    returns: Cloud,
    fails: ['UNSUPPORTED_CLOUD', 'CLOUD_FAILED', 'UPSTREAM_TIMEOUT'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/user/cloud',
    summary: 'Read my cloud registration',
    status: 200,
    returns: Cloud,
    fails: ['CLOUD_NOT_REGISTERED'],
  }),
  remove: endpoint({ method: 'DELETE', path: '/user/cloud', summary: 'Forget my cloud registration', status: 204 }),
};

export const tokens = {
  jwks: endpoint({
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Public keys of access tokens',
    access: 'public',
    status: 200,
    bare: true,
    returns: record({ keys: list(Joi.object<Record<string, unknown>>().unknown(true)) }),
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
    fails: ['CLOUD_NOT_REGISTERED', 'NOT_FOUND'],
  }),
};
