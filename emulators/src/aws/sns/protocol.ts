import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import type { Faults } from '../faults';
import type { SignatureVerifier } from '../signature/verifier';
import { xmlDocument, type XmlContent } from '../xml';
import { Form } from './form';
import type { TopicOperation } from './operation';
import { publishOperations } from './publish-operations';
import { subscriptionOperations } from './subscription-operations';
import { topicOperations } from './topic-operations';
import type { TopicService } from './topic-service';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Actions that a link in a message leads to: who has the link needs no key. */
const LINKED = ['ConfirmSubscription', 'Unsubscribe'];

/** What this protocol calls the refusals of a signature. */
const SIGNATURE_CODES: Record<string, string> = {
  AccessDenied: 'MissingAuthenticationToken',
  InvalidAccessKeyId: 'InvalidClientTokenId',
  RequestTimeTooSkewed: 'RequestExpired',
};

/** SNS in the AWS query protocol: a form in, XML out. */
export class TopicProtocol {
  private readonly operations: Map<string, TopicOperation>;

  constructor(
    private readonly verifier: SignatureVerifier,
    private readonly service: TopicService,
    faults: Faults,
  ) {
    this.operations = new Map(Object.entries({ ...topicOperations, ...subscriptionOperations, ...publishOperations(faults) }));
  }

  async handle(request: AwsRequest, response: ServerResponse): Promise<void> {
    try {
      const form = await this.readForm(request);
      const action = form.required('Action');
      const operation = this.operations.get(action);
      if (!operation) throw new AwsError('InvalidAction', 400, `The action ${action} is not valid for this endpoint.`);
      const result = await operation(form, this.service);
      const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } };
      send(response, 200, xmlDocument(`${action}Response`, content, NAMESPACE));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      send(response, error.status, errorDocument(error));
    }
  }

  private async readForm(request: AwsRequest): Promise<Form> {
    if (request.method === 'GET' && LINKED.includes(request.param('Action') ?? '')) return new Form(request.query);
    const body = await request.body(MAX_BODY_BYTES);
    this.verifier.verify(request, 'sns', createHash('sha256').update(body).digest('hex'));
    return new Form([...new URLSearchParams(body.toString())]);
  }
}

function errorDocument({ code, status, message }: AwsError): string {
  const content: XmlContent = {
    Type: status < 500 ? 'Sender' : 'Receiver',
    Code: SIGNATURE_CODES[code] ?? code,
    Message: message,
  };
  return xmlDocument('ErrorResponse', { Error: content, RequestId: randomUUID() }, NAMESPACE);
}

function send(response: ServerResponse, status: number, document: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(document) }).end(document);
}
