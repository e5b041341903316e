import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import type { SignatureVerifier } from '../signature/verifier';
import { Input } from './input';
import { messageOperations } from './message-operations';
import type { QueueContext, QueueOperation } from './operation';
import { queueOperations } from './queue-operations';

const OPERATIONS = new Map<string, QueueOperation>(Object.entries({ ...queueOperations, ...messageOperations }));
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Codes of older clients, which SDKs still show. */
const QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** What this protocol calls the refusals of a signature. */
const SIGNATURE_CODES: Record<string, string> = {
  AccessDenied: 'MissingAuthenticationToken',
  InvalidAccessKeyId: 'InvalidClientTokenId',
  RequestTimeTooSkewed: 'RequestExpired',
};

/** SQS in the AWS JSON 1.0 protocol. */
export class QueueProtocol {
  constructor(
    private readonly verifier: SignatureVerifier,
    private readonly context: Omit<QueueContext, 'gone'>,
  ) {}

  async handle(request: AwsRequest, response: ServerResponse, gone: AbortSignal): Promise<void> {
    try {
      const answer = await this.run(request, gone);
      send(response, 200, answer);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const code = SIGNATURE_CODES[error.code] ?? error.code;
      response.setHeader('x-amzn-query-error', `${QUERY_CODES[code] ?? code};Sender`);
      send(response, error.status, { __type: `com.amazonaws.sqs#${code}`, message: error.message });
    }
  }

  private async run(request: AwsRequest, gone: AbortSignal): Promise<object> {
    const body = await request.body(MAX_BODY_BYTES);
    this.verifier.verify(request, 'sqs', createHash('sha256').update(body).digest('hex'));
    const name = (request.header('x-amz-target') ?? '').replace('AmazonSQS.', '');
    const operation = OPERATIONS.get(name);
    if (!operation) throw new AwsError('UnsupportedOperation', 400, `The operation ${name} is not supported.`);
    return operation(new Input(parseMembers(body)), { ...this.context, gone });
  }
}

function parseMembers(body: Buffer): Record<string, unknown> {
  try {
    const members: unknown = JSON.parse(body.toString() || '{}');
    if (typeof members === 'object' && members !== null) return members as Record<string, unknown>;
  } catch {
    // Told below, in the words of the service.
  }
  throw new AwsError('SerializationException', 400, 'The body is no JSON object.');
}

function send(response: ServerResponse, status: number, content: object): void {
  const body = Buffer.from(JSON.stringify(content));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
}
