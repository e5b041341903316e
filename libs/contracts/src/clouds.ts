import Joi from 'joi';
import { endpoint } from './endpoint';
import { providers, time } from './fields';
import { list, named, oneOf, record } from './schema';

const provider = () => oneOf(...providers);
const fieldsOfProvider = () => Joi.object<Record<string, unknown>>().unknown(true);

export const NewCloud = named(
  'NewCloud',
  record({
    provider: Joi.string<string>().max(32).example('AWS'),
    connection: fieldsOfProvider()
      .example({ region: 'eu-west-1', bucket: 'my-data', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'my-secret-key' })
      .description('The fields of that provider: see GET /clouds'),
  }),
);

export const Cloud = named(
  'Cloud',
  record({ provider: provider(), connection: fieldsOfProvider().description('Secrets are masked'), registeredAt: time() }),
);

export const CloudOffer = named(
  'CloudOffer',
  record({
    provider: provider(),
    name: Joi.string<string>(),
    connection: Joi.object<object>().unknown(true).description('JSON Schema'),
  }),
);

/** How to log in to a user's cloud: for services only. */
export const CloudConnection = named('CloudConnection', record({ provider: provider(), connection: fieldsOfProvider() }));

export const clouds = {
  offered: endpoint({
    operation: 'listOfferedClouds',
    method: 'GET',
    path: '/clouds',
    summary: 'The clouds that can be registered',
    access: 'public',
    status: 200,
    returns: list(CloudOffer),
  }),
  register: endpoint({
    operation: 'registerCloud',
    method: 'PUT',
    path: '/user/cloud',
    summary: 'Register my cloud',
    body: NewCloud,
    status: 200,
    returns: Cloud,
    fails: ['UNSUPPORTED_CLOUD', 'CLOUD_FAILED', 'UPSTREAM_TIMEOUT'],
  }),
  get: endpoint({
    operation: 'getCloud',
    method: 'GET',
    path: '/user/cloud',
    summary: 'Read my cloud registration',
    status: 200,
    returns: Cloud,
    fails: ['CLOUD_NOT_REGISTERED'],
  }),
  remove: endpoint({
    operation: 'removeCloud',
    method: 'DELETE',
    path: '/user/cloud',
    summary: 'Forget my cloud registration',
    status: 204,
  }),
};
