import { callbacks } from '@polycloud/contracts';
import { type ControllerOf, handle, Reply } from '@polycloud/http';
import type { CallbackBo } from '../bo/callback.bo';

/** Seconds after which its tries may be looked at. */
const RETRY_AFTER = '1';

export class CallbackController implements ControllerOf<typeof callbacks> {
  constructor(private readonly bo: CallbackBo) {}

  readonly list = handle(callbacks.list, ({ params, caller }) => this.bo.list(caller, params.processId));
  readonly replay = handle(callbacks.replay, async ({ params, caller }) => {
    const delivery = await this.bo.replay(caller, params.processId, params.deliveryId);
    return new Reply(delivery, { headers: { 'Retry-After': RETRY_AFTER } });
  });
}
