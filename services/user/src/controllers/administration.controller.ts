import { administration } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { AdministrationBo } from '../bo/administration.bo';

export class AdministrationController implements ControllerOf<typeof administration> {
  constructor(private readonly bo: AdministrationBo) {}
  readonly list = handle(administration.list, ({ query }) => this.bo.list(query));
  readonly change = handle(administration.change, ({ caller, params, body }) => this.bo.change(caller, params.id, body));
  readonly statistics = handle(administration.statistics, ({ query }) => this.bo.statistics(query));
}
