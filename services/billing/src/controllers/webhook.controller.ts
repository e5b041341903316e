import { paymentWebhooks } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { WebhookBo } from '../bo/webhook.bo';

export class WebhookController implements ControllerOf<typeof paymentWebhooks> {
  constructor(private readonly bo: WebhookBo) {}
  readonly receive = handle(paymentWebhooks.receive, ({ params, body, headers }) =>
    this.bo.receive(params.gateway, { rawBody: Buffer.isBuffer(body) ? body : Buffer.alloc(0), headers, now: new Date() }),
  );
}
