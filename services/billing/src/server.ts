import { ServiceIdentity, TokenVerifier } from '@polycloud/auth';
import { orderInternals, tokens } from '@polycloud/contracts';
import { asUnavailable, checkDatabase, connectDatabase } from '@polycloud/database';
import { clientOf, runAsProcess, type RunningService, serve } from '@polycloud/http';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { type Logger, traceCalls } from '@polycloud/logger';
import { ChargeBo } from './bo/charge.bo';
import { PaymentBo } from './bo/payment.bo';
import { QuoteBo } from './bo/quote.bo';
import { RefundBo } from './bo/refund.bo';
import { SettlementBo } from './bo/settlement.bo';
import { type Config, readServiceConfig } from './config';
import { ChargeController } from './controllers/charge.controller';
import { PaymentController } from './controllers/payment.controller';
import { QuoteController } from './controllers/quote.controller';
import { InvoiceDao } from './dao/invoice.dao';
import { OrderAccountDao } from './dao/order-account.dao';
import { PaymentDao } from './dao/payment.dao';
import { PriceDao } from './dao/price.dao';
import { RefundDao } from './dao/refund.dao';
import { defineModels } from './models';
import { chargeRoutes } from './routes/charge.routes';
import { paymentRoutes } from './routes/payment.routes';
import { quoteRoutes } from './routes/quote.routes';
import { openGateways } from './service/payment-gateways';

const name = 'billing';

/** Wires the billing service and serves it. */
export async function startBilling(config: Config, logger: Logger): Promise<RunningService> {
  const db = connectDatabase(config, logger);
  const identity = new ServiceIdentity(name, config.SERVICE_KEY, config.SERVICE_TRUST);
  const tokensApi = clientOf(tokens, { name: 'user', url: config.USER_URL, identity });
  const orderApi = clientOf(orderInternals, { name: 'order', url: config.ORDER_URL, identity });
  const gateways = openGateways(config);

  const models = defineModels(db);
  const keys = new IdempotencyKeyDao(models.idempotencyKeys);
  const prices = new PriceDao(models);
  const accounts = new OrderAccountDao(models);
  const invoices = new InvoiceDao(db, models, { prices, country: config.BILLING_COUNTRY });
  const payments = new PaymentDao(db, models, { accounts, invoices, keys });
  const refunds = new RefundDao(db, models, accounts);

  const timeoutMs = config.PAYMENT_TIMEOUT_MS;
  const settlement = new SettlementBo(payments, gateways, { logger, timeoutMs, webhookBase: config.PUBLIC_URL });
  const refundBo = new RefundBo({ payments, refunds }, { settlement, gateways }, { logger, timeoutMs });
  const chargeBo = new ChargeBo({ accounts, payments }, { settlement, refunds: refundBo }, orderApi);
  const paymentBo = new PaymentBo({ payments, keys }, { settlement, refunds: refundBo }, orderApi);
  const quoteBo = new QuoteBo(prices, config.BILLING_COUNTRY);
  traceCalls({ prices, accounts, invoices, payments, refunds, settlement, refundBo, chargeBo, paymentBo, quoteBo }, logger);

  const verifier = new TokenVerifier({
    jwks: () => tokensApi.jwks({}),
    verify: (token) => tokensApi.verify({ body: { token } }),
  });
  const routes = [
    ...quoteRoutes(new QuoteController(quoteBo)),
    ...paymentRoutes(new PaymentController(paymentBo)),
    ...chargeRoutes(new ChargeController(chargeBo)),
  ];
  return serve(config, routes, {
    name,
    logger,
    authenticator: { user: (token) => verifier.verify(token), identity },
    checks: { database: () => checkDatabase(db) },
    translate: asUnavailable,
    close: [() => tokensApi.close(), () => orderApi.close(), () => db.close()],
  });
}

if (require.main === module) void runAsProcess({ name, config: readServiceConfig, start: startBilling });
