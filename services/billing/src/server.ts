import '@polycloud/telemetry/register';
import { TokenVerifier } from '@polycloud/auth';
import { asUnavailable, checkDatabase } from '@polycloud/database';
import { runAsProcess, type RunningService, Schedule } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { type Logger, traceCalls } from '@polycloud/logger';
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
import {
  billingInfoRoutes,
  chargeRoutes,
  invoiceRoutes,
  paymentRoutes,
  quoteRoutes,
  webhookRoutes,
} from './routes/billing.routes';

const name = 'billing';

/** Wires the billing service and serves it. */
export async function startBilling(config: Config, logger: Logger): Promise<RunningService> {
  const billing = wireBilling(config, logger);
  const { bos, outside } = billing;
  const { userApi, identity, db } = outside;
  const pdf = new InvoicePdf({ name: config.SELLER_NAME, address: config.SELLER_ADDRESS });
  const verifier = new TokenVerifier(userApi);
  const schedule = new Schedule(logger);
  const quoteController = new QuoteController(bos.quotes);
  const paymentController = new PaymentController(bos.payments);
  const webhookController = new WebhookController(bos.webhooks);
  const billingInfoController = new BillingInfoController(bos.billingInfo);
  const invoiceController = new InvoiceController(bos.invoices, pdf);
  const chargeController = new ChargeController(bos.charges);
  traceCalls({ quoteController, paymentController, webhookController }, logger);
  traceCalls({ billingInfoController, invoiceController, chargeController }, logger);
  const routes = [
    ...quoteRoutes(quoteController),
    ...paymentRoutes(paymentController),
    ...webhookRoutes(webhookController),
    ...billingInfoRoutes(billingInfoController),
    ...invoiceRoutes(invoiceController),
    ...chargeRoutes(chargeController),
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
