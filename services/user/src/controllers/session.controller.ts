import { sessions } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { SessionBo } from '../bo/session.bo';

export class SessionController implements ControllerOf<typeof sessions> {
  constructor(private readonly bo: SessionBo) {}
  readonly list = handle(sessions.list, ({ caller }) => this.bo.list(caller));
  readonly end = handle(sessions.end, ({ caller, params }) => this.bo.end(caller, params.id));
}
