import type { IncomingMessage, ServerResponse } from 'node:http';
import { AnswerLost, AwsError } from './aws-error';
import { AwsRequest } from './aws-request';
import { type Control, CONTROL_PREFIX } from './control';
import type { ObjectProtocol } from './s3/protocol';
import type { SigningIdentity } from './sns/certificate';
import type { TopicProtocol } from './sns/protocol';
import type { QueueProtocol } from './sqs/protocol';

export interface Protocols {
  s3: ObjectProtocol;
  sqs: QueueProtocol;
  sns: TopicProtocol;
  control: Control;
  identity: SigningIdentity;
}

/** Tells from a request which service it means, as all share one port, and answers what went wrong unforeseen. */
export class Dispatcher {
  private readonly calls = new Set<AbortController>();

  constructor(private readonly protocols: Protocols) {}

  /** Tells every call that waits for something that it shall wait no longer. */
  endWaits(): void {
    for (const call of this.calls) call.abort();
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.route(incoming, response);
    } catch (error) {
      if (error instanceof AnswerLost || response.headersSent || incoming.socket.destroyed) return void response.destroy();
      if (error instanceof AwsError) return void response.writeHead(error.status, { 'content-length': '0' }).end();
      // Without the query, in which a presigned URL carries its permission.
      const path = incoming.url?.split('?')[0];
      process.stderr.write(
        `${JSON.stringify({ event: 'failed', method: incoming.method, path, error: String((error as Error).stack) })}\n`,
      );
      response.writeHead(500, { 'content-length': '0' }).end();
    }
  }

  private route(incoming: IncomingMessage, response: ServerResponse): Promise<void> | void {
    const { s3, sqs, sns, control, identity } = this.protocols;
    const request = new AwsRequest(incoming);
    if (request.path.startsWith(CONTROL_PREFIX)) return control.handle(request, response);
    if (request.path === identity.path)
      return void response.writeHead(200, { 'content-type': 'application/x-pem-file' }).end(identity.certificate);
    if (request.header('x-amz-target')?.startsWith('AmazonSQS.')) return sqs.handle(request, response, this.goneWith(response));
    if (request.path === '/' && (request.method === 'POST' || request.param('Action') !== undefined))
      return sns.handle(request, response);
    return s3.handle(request, response);
  }

  private goneWith(response: ServerResponse): AbortSignal {
    const call = new AbortController();
    this.calls.add(call);
    response.once('close', () => {
      this.calls.delete(call);
      call.abort();
    });
    return call.signal;
  }
}
