import { callbacks } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { CallbackBo } from '../bo/callback.bo';

export class CallbackController implements ControllerOf<typeof callbacks> {
  constructor(private readonly bo: CallbackBo) {}

  readonly list = handle(callbacks.list, ({ params, caller }) => this.bo.list(caller, params.processId));
  readonly replay = handle(callbacks.replay, ({ params, caller }) => this.bo.replay(caller, params.processId, params.deliveryId));
}
