import { clouds } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { CloudBo } from '../bo/cloud.bo';

export class CloudController implements ControllerOf<typeof clouds> {
  constructor(private readonly bo: CloudBo) {}
  readonly offered = handle(clouds.offered, () => this.bo.offered());
  readonly register = handle(clouds.register, ({ body, caller }) => this.bo.register(caller, body));
  readonly get = handle(clouds.get, ({ caller }) => this.bo.get(caller));
  readonly remove = handle(clouds.remove, ({ caller }) => this.bo.remove(caller));
}
