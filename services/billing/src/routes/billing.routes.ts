import { billingInformation, billingInternals, invoices, payments, paymentWebhooks, quotes } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { BillingInfoController } from '../controllers/billing-info.controller';
import type { ChargeController } from '../controllers/charge.controller';
import type { InvoiceController } from '../controllers/invoice.controller';
import type { PaymentController } from '../controllers/payment.controller';
import type { QuoteController } from '../controllers/quote.controller';
import type { WebhookController } from '../controllers/webhook.controller';

export const billingInfoRoutes = (controller: BillingInfoController) => routes(billingInformation, controller);
export const chargeRoutes = (controller: ChargeController) => routes(billingInternals, controller);
export const invoiceRoutes = (controller: InvoiceController) => routes(invoices, controller);
export const paymentRoutes = (controller: PaymentController) => routes(payments, controller);
export const quoteRoutes = (controller: QuoteController) => routes(quotes, controller);
export const webhookRoutes = (controller: WebhookController) => routes(paymentWebhooks, controller);
