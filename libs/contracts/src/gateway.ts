import Joi from 'joi';
import { endpoint } from './endpoint';
import { list, named, oneOf, record } from './schema';

export const ServiceHealth = named(
  'ServiceHealth',
  record({
    service: Joi.string<string>(),
    status: oneOf('pass', 'fail'),
    checks: Joi.object<Record<string, { status: string; reason?: string }>>().unknown(true).description('Its parts'),
  }),
);

export const SystemStatus = named('SystemStatus', record({ status: oneOf('pass', 'fail'), services: list(ServiceHealth) }));

export const gateway = {
  status: endpoint({
    operation: 'getStatus',
    method: 'GET',
    path: '/status',
    summary: 'Health of every service',
    access: 'public',
    status: 200,
    returns: SystemStatus,
  }),
  openapi: endpoint({
    operation: 'getOpenApi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    access: 'public',
    status: 200,
    bare: true,
    returns: Joi.object<object>().unknown(true),
  }),
};
