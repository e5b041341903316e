import { processes } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { ProcessBo } from '../bo/process.bo';

export class ProcessController implements ControllerOf<typeof processes> {
  constructor(private readonly bo: ProcessBo) {}

  readonly get = handle(processes.get, ({ params, caller }) => this.bo.get(caller, params.processId));
  readonly list = handle(processes.list, ({ query, caller }) => this.bo.list(caller, query));
}
