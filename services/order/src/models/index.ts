import { defineIdempotencyKey } from '@polycloud/idempotency';
import { defineInbox, defineOutbox } from '@polycloud/messaging';
import type { Sequelize } from 'sequelize';
import { defineCallbackAttempt } from './callback-attempt.model';
import { defineCallbackDelivery } from './callback-delivery.model';
import { defineOrder } from './order.model';
import { defineOrderItem } from './order-item.model';
import { defineProcessEvent } from './process-event.model';
import { defineSagaStep } from './saga-step.model';
import { defineUserProcess } from './user-process.model';

/** All tables of the order schema. */
export const defineModels = (sequelize: Sequelize) => ({
  orders: defineOrder(sequelize),
  items: defineOrderItem(sequelize),
  processes: defineUserProcess(sequelize),
  steps: defineSagaStep(sequelize),
  events: defineProcessEvent(sequelize),
  deliveries: defineCallbackDelivery(sequelize),
  attempts: defineCallbackAttempt(sequelize),
  outbox: defineOutbox(sequelize),
  inbox: defineInbox(sequelize),
  idempotencyKeys: defineIdempotencyKey(sequelize),
});

export type Models = ReturnType<typeof defineModels>;
