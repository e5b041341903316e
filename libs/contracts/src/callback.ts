import Joi from 'joi';
import { endpoint } from './endpoint';
import { id, time } from './fields';
import { list, named, oneOf, record } from './schema';

export const callbackStates = ['pending', 'delivered', 'failed'] as const;
export type CallbackState = (typeof callbackStates)[number];

export const CallbackDelivery = named(
  'CallbackDelivery',
  record(
    {
      deliveryId: id(),
      url: Joi.string<string>(),
      state: oneOf(...callbackStates),
      createdAt: time(),
      attempts: list(
        named(
          'CallbackAttempt',
          record({ at: time(), ms: Joi.number().integer() }, { status: Joi.number().integer(), error: Joi.string<string>() }),
        ),
      ).description('Every try with its answer, the first one first'),
    },
    { nextAttemptAt: time() },
  ),
);

const processId = { processId: id() };
const deliveryId = { deliveryId: id() };

export const callbacks = {
  list: endpoint({
    operation: 'listCallbacks',
    method: 'GET',
    path: '/user/process/:processId/callbacks',
    summary: 'Every try of the callback of a process',
    params: record(processId),
    status: 200,
    returns: list(CallbackDelivery),
    fails: ['NOT_FOUND'],
  }),
  replay: endpoint({
    operation: 'replayCallback',
    method: 'POST',
    path: '/user/process/:processId/callbacks/:deliveryId/replay',
    summary: 'Send a callback again',
    params: record({ ...processId, ...deliveryId }),
    status: 202,
    returns: CallbackDelivery,
    fails: ['NOT_FOUND'],
  }),
};
