import { administration } from './administration';
import { authentication, otp, sessions, tokens } from './authentication';
import { billingInformation, billingInternals, invoices, payments, paymentWebhooks, quotes } from './billing';
import { callbacks } from './callback';
import { clouds } from './clouds';
import { gateway } from './gateway';
import { orderInternals, orders, pushedEvents } from './order';
import { processes } from './process';
import { data } from './tenant-data';
import { users } from './user';

/** What each service answers, grouped by resource: the gateway routes by it, the OpenAPI document is made of it. */
export const serviceContracts = {
  user: { users, authentication, otp, sessions, clouds, administration, tokens },
  order: { orders, processes, callbacks, pushedEvents, orderInternals },
  billing: { quotes, payments, paymentWebhooks, billingInformation, invoices, billingInternals },
  'tenant-data': { data },
  gateway: { gateway },
} as const;

export type ServiceName = keyof typeof serviceContracts;
