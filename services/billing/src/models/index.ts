import { defineIdempotencyKey } from '@polycloud/idempotency';
import type { Sequelize } from 'sequelize';
import { defineFinding } from './finding.model';
import { defineGatewayEvent } from './gateway-event.model';
import { defineInvoice, defineInvoiceCounter } from './invoice.model';
import { defineJobLease } from './job-lease.model';
import { defineOrderAccount } from './order-account.model';
import { definePayment } from './payment.model';
import { definePrice } from './price.model';
import { defineRefund } from './refund.model';
import { defineTakenBackProcess } from './taken-back-process.model';
import { defineTaxRate } from './tax-rate.model';

/** All tables of the billing schema. */
export const defineModels = (sequelize: Sequelize) => ({
  prices: definePrice(sequelize),
  taxRates: defineTaxRate(sequelize),
  accounts: defineOrderAccount(sequelize),
  payments: definePayment(sequelize),
  takenBack: defineTakenBackProcess(sequelize),
  refunds: defineRefund(sequelize),
  gatewayEvents: defineGatewayEvent(sequelize),
  invoices: defineInvoice(sequelize),
  invoiceCounters: defineInvoiceCounter(sequelize),
  findings: defineFinding(sequelize),
  jobLeases: defineJobLease(sequelize),
  idempotencyKeys: defineIdempotencyKey(sequelize),
});

export type Models = ReturnType<typeof defineModels>;
