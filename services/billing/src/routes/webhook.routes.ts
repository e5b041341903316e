import { paymentWebhooks } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { WebhookController } from '../controllers/webhook.controller';

export const webhookRoutes = (controller: WebhookController) => routes(paymentWebhooks, controller);
