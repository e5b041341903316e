import Joi from 'joi';
import { id, time } from './fields';
import { type Infer, oneOf, record } from './schema';

/** An order was accepted and its process waits to be driven. */
export const ProcessRequested = record({ processId: id(), orderId: id(), userId: id() });

/** What travels on the topic. `eventId` is what a consumer deduplicates on; `requestId` is the request that caused it. */
export const EventEnvelope = record(
  {
    eventId: id(),
    type: oneOf('process.requested'),
    requestId: Joi.string<string>().max(128),
    occurredAt: time(),
    data: Joi.object<Record<string, unknown>>().unknown(true),
  },
  {
    trace: Joi.object<Record<string, string>>()
      .pattern(Joi.string(), Joi.string())
      .description('W3C Trace Context, while traced'),
  },
);
export type EventEnvelope = Infer<typeof EventEnvelope>;
