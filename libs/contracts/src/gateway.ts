import Joi from 'joi';
import { BillingInfo } from './billing';
import { endpoint } from './endpoint';
import { Order } from './order';
import { list, named, oneOf, record } from './schema';
import { Dataset } from './tenant-data';
import { User } from './user';

/** Health of a service and its parts, and its figures: queue depth, age of the oldest process, ... */
export const ServiceHealth = named(
  'ServiceHealth',
  record(
    {
      service: Joi.string<string>(),
      status: oneOf('pass', 'fail'),
      checks: Joi.object<Record<string, { status: string; reason?: string }>>().unknown(true).description('Its parts'),
    },
    { figures: Joi.object<Record<string, number>>().pattern(Joi.string(), Joi.number()).description('Figures by name') },
  ),
);

export const SystemStatus = named('SystemStatus', record({ status: oneOf('pass', 'fail'), services: list(ServiceHealth) }));

/** Why a part of the overview is missing. */
export const PartProblem = named(
  'PartProblem',
  record({ code: Joi.string<string>(), detail: Joi.string<string>() }, { hint: Joi.string<string>() }),
);

/** Data, or why there is none: a service that fails takes its own part away only. */
const part = <S extends Joi.AnySchema>(name: string, data: S) => named(name, record({}, { data, error: PartProblem }));

export const Overview = named(
  'Overview',
  record({
    details: part('DetailsPart', User),
    orders: part('OrdersPart', list(Order)),
    billing: part('BillingPart', BillingInfo),
    datasets: part('DatasetsPart', list(Dataset)),
  }),
);

export const gateway = {
  overview: endpoint({
    operation: 'getOverview',
    method: 'GET',
    path: '/overview',
    summary: 'My details, last orders, billing information and datasets at once',
    status: 200,
    returns: Overview,
  }),
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
