import { pushedEvents } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { PushedEventBo } from '../bo/pushed-event.bo';

export class PushedEventController implements ControllerOf<typeof pushedEvents> {
  constructor(private readonly bo: PushedEventBo) {}

  readonly take = handle(pushedEvents.take, ({ body }) => this.bo.take(body.toString('utf8')));
}
