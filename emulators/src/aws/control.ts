import type { ServerResponse } from 'node:http';
import { AwsError } from './aws-error';
import type { AwsRequest } from './aws-request';
import type { FaultSettings, Faults } from './faults';
import type { QueueService } from './sqs/queue-service';

export const CONTROL_PREFIX = '/_emulator/';

/** The emulator's own doors: is it up, which faults shall strike, forget every queued message. */
export class Control {
  constructor(
    private readonly faults: Faults,
    private readonly queues: QueueService,
  ) {}

  async handle(request: AwsRequest, response: ServerResponse): Promise<void> {
    try {
      send(response, 200, await this.run(request));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      send(response, error.status, { code: error.code, message: error.message });
    }
  }

  private async run(request: AwsRequest): Promise<object> {
    switch (`${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`) {
      case 'GET health':
        return { status: 'ok' };
      case 'GET faults':
        return this.faults.report();
      case 'PUT faults':
        this.faults.set(await readSettings(request));
        return this.faults.report();
      case 'POST wipe': {
        const names = [...this.queues.table.queues.keys()];
        await this.queues.commit(names.map((queue) => ({ type: 'purged', queue })));
        return { wiped: names };
      }
      default:
        throw new AwsError('NotFound', 404, 'There are health, faults and wipe');
    }
  }
}

async function readSettings(request: AwsRequest): Promise<FaultSettings> {
  const body = (await request.body(64 * 1024)).toString();
  try {
    return Object(JSON.parse(body)) as FaultSettings;
  } catch {
    throw new AwsError('InvalidFault', 400, 'The body must be a JSON object');
  }
}

function send(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
