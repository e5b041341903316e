import Joi from 'joi';
import { endpoint } from './endpoint';
import { id, pageLimit, pageQuery, providers, time } from './fields';
import { list, named, nullable, oneOf, record } from './schema';
import { emailAddress, Location, personName, phone, rolesOf } from './user';

export const Account = named(
  'Account',
  record({
    id: id(),
    name: personName(),
    email: emailAddress(),
    phone: nullable(phone()),
    roles: rolesOf(),
    cloud: nullable(oneOf(...providers)),
    location: nullable(Location),
    disabled: Joi.boolean(),
    createdAt: time(),
  }),
);

const AccountChange = named('AccountChange', record({}, { disabled: Joi.boolean(), roles: rolesOf() }).min(1));

export const Registrations = named(
  'Registrations',
  record({ period: Joi.string<string>().example('2026-11-21'), count: Joi.number().integer() }),
);

export const administration = {
  list: endpoint({
    operation: 'listUsers',
    method: 'GET',
    path: '/users',
    summary: 'All users, newest first',
    access: 'admin',
    query: record({}, { ...pageQuery }, pageLimit),
    status: 200,
    returns: list(Account),
    paged: true,
  }),
  change: endpoint({
    operation: 'changeUser',
    method: 'PATCH',
    path: '/users/:id',
    summary: 'Disable or enable a user, set his roles',
    access: 'admin',
    params: record({ id: id() }),
    body: AccountChange,
    status: 200,
    returns: Account,
    fails: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  statistics: endpoint({
    operation: 'getUserStatistics',
    method: 'GET',
    path: '/users/statistics',
    summary: 'Registrations as a series without gaps, oldest first',
    access: 'admin',
    query: record(
      {},
      { from: Joi.string<string>().isoDate().description('First day; default: 30 days, 12 weeks or 12 months back') },
      { by: oneOf('day', 'week', 'month').default('day') },
    ),
    status: 200,
    returns: list(Registrations),
  }),
};
