import { processes } from '@polycloud/contracts';
import { type ControllerOf, eventStream, handle } from '@polycloud/http';
import { type ProcessBo, stateOf } from '../bo/process.bo';

export class ProcessController implements ControllerOf<typeof processes> {
  constructor(private readonly bo: ProcessBo) {}

  readonly get = handle(processes.get, ({ params, caller }) => this.bo.get(caller, params.processId));
  readonly list = handle(processes.list, ({ query, caller }) => this.bo.list(caller, query));
  readonly all = handle(processes.all, ({ query }) => this.bo.listAll(query));
  readonly events = handle(processes.events, async ({ params, caller, headers }) => {
    // Asked once before the stream begins, so that a process which is not the caller's is a 404.
    await this.bo.get(caller, params.processId);
    return eventStream(
      headers['last-event-id'],
      (signal) => this.bo.follow(caller, params.processId, signal),
      (process) => ({ id: stateOf(process), event: 'process', data: process }),
    );
  });
}
