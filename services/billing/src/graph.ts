import { ServiceIdentity } from '@polycloud/auth';
import { plantCrash } from '@polycloud/crash-points';
import { connectDatabase } from '@polycloud/database';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { type Logger, traceCalls } from '@polycloud/logger';
import { BillingInfoBo } from './bo/billing-info.bo';
import { ChargeBo } from './bo/charge.bo';
import { ClearingBo } from './bo/clearing.bo';
import { InvoiceBo } from './bo/invoice.bo';
import { PaymentBo } from './bo/payment.bo';
import { QuoteBo } from './bo/quote.bo';
import { ReconciliationBo } from './bo/reconciliation.bo';
import { RefundBo } from './bo/refund.bo';
import { SettlementBo } from './bo/settlement.bo';
import { WebhookBo } from './bo/webhook.bo';
import type { Config } from './config';
import { FindingDao } from './dao/finding.dao';
import { GatewayEventDao } from './dao/gateway-event.dao';
import { InvoiceDao } from './dao/invoice.dao';
import { JobLeaseDao } from './dao/job-lease.dao';
import { OrderAccountDao } from './dao/order-account.dao';
import { PaymentDao } from './dao/payment.dao';
import { PaymentHistoryDao } from './dao/payment-history.dao';
import { PriceDao } from './dao/price.dao';
import { RefundQueueDao } from './dao/refund-queue.dao';
import { RefundDao } from './dao/refund.dao';
import { defineModels } from './models';
import { orderApiAt } from './service/orders';
import { Payers, userApiAt } from './service/payers';
import { openGateways } from './service/payment-gateways';

/** What lies outside: the database, the neighbours, the payment gateways. */
function openOutside(config: Config, logger: Logger) {
  const identity = new ServiceIdentity('billing', config.SERVICE_KEY, config.SERVICE_TRUST);
  const gateways = openGateways(config);
  const db = connectDatabase(config, logger);
  const userApi = userApiAt({ name: 'user', url: config.USER_URL, identity });
  const orderApi = orderApiAt({ name: 'order', url: config.ORDER_URL, identity });
  const payers = new Payers(userApi);
  const close = [() => userApi.close(), () => orderApi.close(), () => db.close()];
  return { identity, gateways, db, userApi, orderApi, payers, close };
}

type Outside = ReturnType<typeof openOutside>;

function wireDaos({ db }: Outside, config: Config) {
  const models = defineModels(db);
  const keys = new IdempotencyKeyDao(models.idempotencyKeys);
  const prices = new PriceDao(db, models);
  const accounts = new OrderAccountDao(db, models);
  const events = new GatewayEventDao(models);
  const invoices = new InvoiceDao(db, models, config.BILLING_COUNTRY);
  const payments = new PaymentDao(db, models, { accounts, invoices, events, keys });
  const history = new PaymentHistoryDao(db, models);
  const refunds = new RefundDao(db, models, accounts);
  const refundQueue = new RefundQueueDao(models);
  return {
    keys,
    prices,
    accounts,
    events,
    invoices,
    payments,
    history,
    refunds,
    refundQueue,
    findings: new FindingDao(models),
    leases: new JobLeaseDao(models),
  };
}

function wireBos(daos: ReturnType<typeof wireDaos>, outside: Outside, { config, logger }: { config: Config; logger: Logger }) {
  const { gateways, orderApi, payers } = outside;
  const { PUBLIC_URL: publicUrl, PAYMENT_RETURN_URL: returnUrl, PAYMENT_TIMEOUT_MS: timeoutMs } = config;
  const settlement = new SettlementBo(daos.payments, { gateways, payers }, { logger, timeoutMs, publicUrl, returnUrl });
  const refunds = new RefundBo(daos, { settlement, gateways }, { logger, timeoutMs });
  const webhooks = new WebhookBo(daos, { settlement, refunds, gateways }, logger);
  return {
    settlement,
    refunds,
    webhooks,
    quotes: new QuoteBo(daos.prices, config.BILLING_COUNTRY),
    charges: new ChargeBo(daos, { settlement, refunds }),
    payments: new PaymentBo(daos, { settlement, refunds }, orderApi),
    clearing: new ClearingBo(daos, { settlement, refunds, webhooks }, logger),
    reconciliation: new ReconciliationBo(daos, { settlement, refunds, gateways }),
    invoices: new InvoiceBo(daos, { orderApi, payers }),
    billingInfo: new BillingInfoBo(daos.history),
  };
}

/** The rules of the billing service on all that they stand on; for the service and for its commands. */
export function wireBilling(config: Config, logger: Logger) {
  const outside = openOutside(config, logger);
  const daos = wireDaos(outside, config);
  const bos = wireBos(daos, outside, { config, logger });
  const gateways = Object.fromEntries(outside.gateways.all().map((gateway) => [`gateway.${gateway.id}`, gateway]));
  const named = (objects: object, kind: string) =>
    Object.fromEntries(Object.entries(objects).map(([key, value]) => [`${key}.${kind}`, value as object]));
  plantCrash({ ...named(daos, 'dao'), ...gateways }, config.CRASH_AT);
  traceCalls({ ...named(daos, 'dao'), ...named(bos, 'bo'), ...gateways, payers: outside.payers }, logger);
  return { outside, daos, bos };
}

export type Billing = ReturnType<typeof wireBilling>;
