import { billingInformation, billingInternals, invoices, payments, paymentWebhooks, quotes } from './billing';
import { gateway } from './gateway';
import { orderInternals, orders, processes } from './order';
import { data } from './tenant-data';
import { authentication, clouds, tokens, users } from './user';

/** What each service answers, grouped by resource: the gateway routes by it, the OpenAPI document is made of it. */
export const serviceContracts = {
  user: { users, authentication, clouds, tokens },
  order: { orders, processes, orderInternals },
  billing: { quotes, payments, paymentWebhooks, billingInformation, invoices, billingInternals },
  'tenant-data': { data },
  gateway: { gateway },
} as const;

export type ServiceName = keyof typeof serviceContracts;
