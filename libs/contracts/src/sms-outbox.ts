import Joi from 'joi';
import { endpoint } from './endpoint';
import { time } from './fields';
import { list, record } from './schema';
import { phone } from './user';

/** For development only, and at the user service itself: the gateway does not know it. */
export const smsOutbox = {
  list: endpoint({
    method: 'GET',
    path: '/outbox/sms',
    summary: 'The text messages that were caught instead of sent',
    access: 'public',
    status: 200,
    returns: list(record({ id: Joi.string<string>(), to: phone(), text: Joi.string<string>(), sentAt: time() })),
    fails: ['NOT_FOUND'],
  }),
};
