import '@polycloud/telemetry/register';
import { TokenVerifier } from '@polycloud/auth';
import { asUnavailable, checkDatabase } from '@polycloud/database';
import { runAsProcess, type RunningService, Schedule, serve } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import { type Config, readServiceConfig } from './config';
import { BillingInfoController } from './controllers/billing-info.controller';
import { ChargeController } from './controllers/charge.controller';
import { InvoiceController } from './controllers/invoice.controller';
import { PaymentController } from './controllers/payment.controller';
import { QuoteController } from './controllers/quote.controller';
import { WebhookController } from './controllers/webhook.controller';
import { InvoicePdf } from './documents/invoice-pdf';
import { wireBilling } from './graph';
import { jobsOf } from './jobs';
import { billingInfoRoutes } from './routes/billing-info.routes';
import { chargeRoutes } from './routes/charge.routes';
import { invoiceRoutes } from './routes/invoice.routes';
import { paymentRoutes } from './routes/payment.routes';
import { quoteRoutes } from './routes/quote.routes';
import { webhookRoutes } from './routes/webhook.routes';

const name = 'billing';

/** Wires the billing service and serves it. */
export async function startBilling(config: Config, logger: Logger): Promise<RunningService> {
  const billing = wireBilling(config, logger);
  const { bos, outside } = billing;
  const { userApi, identity, db } = outside;
  const pdf = new InvoicePdf({ name: config.SELLER_NAME, address: config.SELLER_ADDRESS });
  const verifier = new TokenVerifier(userApi);
  const schedule = new Schedule(logger);
  const routes = [
    ...quoteRoutes(new QuoteController(bos.quotes)),
    ...paymentRoutes(new PaymentController(bos.payments)),
    ...webhookRoutes(new WebhookController(bos.webhooks)),
    ...billingInfoRoutes(new BillingInfoController(bos.billingInfo)),
    ...invoiceRoutes(new InvoiceController(bos.invoices, pdf)),
    ...chargeRoutes(new ChargeController(bos.charges)),
  ];
  const running = await serve(config, routes, {
    name,
    logger,
    authenticator: { user: (token) => verifier.verify(token), identity },
    checks: { database: () => checkDatabase(db) },
    translate: asUnavailable,
    close: [() => schedule.stop(), ...outside.close],
  });
  schedule.start(jobsOf(billing, config, logger));
  return running;
}

if (require.main === module) void runAsProcess({ name, config: readServiceConfig, start: startBilling });
