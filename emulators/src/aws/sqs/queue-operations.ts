import { ACCOUNT, queueNameOf } from '../arn';
import { AwsError } from '../aws-error';
import { type Input, invalid } from './input';
import { type QueueContext, type QueueOperation, queueOf } from './operation';
import type { Queue } from './queue';
import { checkedAttributes, defaultAttributes, describeQueue } from './queue-attributes';
import type { QueueRecord } from './queue-table';

const urlOf = ({ url }: QueueContext, name: string): string => `${url}/${ACCOUNT}/${name}`;

/** Creating a queue again with what it already has answers the same URL. */
async function create(input: Input, context: QueueContext): Promise<object> {
  const name = input.text('QueueName');
  const { table, commit } = context.service;
  if (name.endsWith('.fifo')) throw new AwsError('UnsupportedOperation', 400, 'This emulator has standard queues only.');
  if (!/^[\w-]{1,80}$/.test(name))
    throw invalid('QueueName', 'Can only include alphanumeric characters, hyphens, or underscores.');
  const given = checkedAttributes(input.map('Attributes'), table);
  const existing = table.queues.get(name);
  if (existing && Object.entries(given).some(([key, value]) => existing.attributes[key] !== value)) {
    throw new AwsError(
      'QueueNameExists',
      400,
      'A queue already exists with the same name and a different value for an attribute',
    );
  }
  if (!existing) {
    await commit([{ type: 'queueSaved', name, attributes: { ...defaultAttributes(), ...given }, createdAt: Date.now() }]);
  }
  return { QueueUrl: urlOf(context, name) };
}

async function setAttributes(input: Input, context: QueueContext): Promise<object> {
  const queue = queueOf(input, context);
  const changes = checkedAttributes(input.map('Attributes'), context.service.table);
  const merged = Object.entries({ ...queue.attributes, ...changes }).filter(([, value]) => value !== '');
  const { name, createdAt } = queue;
  await context.service.commit([{ type: 'queueSaved', name, attributes: Object.fromEntries(merged), createdAt }]);
  return {};
}

function getAttributes(input: Input, context: QueueContext): object {
  const wanted = input.texts('AttributeNames');
  const all = Object.entries(describeQueue(queueOf(input, context), Date.now()));
  return { Attributes: Object.fromEntries(wanted.includes('All') ? all : all.filter(([name]) => wanted.includes(name))) };
}

function list(input: Input, context: QueueContext): object {
  const prefix = input.optionalText('QueueNamePrefix') ?? '';
  const names = [...context.service.table.queues.keys()].filter((name) => name.startsWith(prefix)).sort();
  const start = Number(input.optionalText('NextToken') ?? 0) || 0;
  const end = start + input.integer('MaxResults', { min: 1, max: 1000, fallback: 1000 });
  const urls = names.slice(start, end).map((name) => urlOf(context, name));
  return { QueueUrls: urls, ...(end < names.length && { NextToken: String(end) }) };
}

async function remove(input: Input, context: QueueContext): Promise<object> {
  await context.service.commit([{ type: 'queueDeleted', name: queueOf(input, context).name }]);
  return {};
}

async function purge(input: Input, context: QueueContext): Promise<object> {
  await context.service.commit([{ type: 'purged', queue: queueOf(input, context).name }]);
  return {};
}

const deadLettersTo = (context: QueueContext, name: string): Queue[] =>
  [...context.service.table.queues.values()].filter(({ redrive }) => queueNameOf(redrive?.deadLetterTargetArn ?? '') === name);

/** Moves every dead letter at once, to the queue named or back to the one it came from. */
async function moveMessages(input: Input, { service, ...context }: QueueContext): Promise<object> {
  const sourceArn = input.text('SourceArn');
  const source = service.table.queues.get(queueNameOf(sourceArn) ?? '');
  if (!source)
    throw new AwsError('ResourceNotFoundException', 404, 'The resource that you specified for SourceArn does not exist.');
  if (deadLettersTo({ service, ...context }, source.name).length === 0) {
    throw new AwsError('UnsupportedOperation', 400, 'Source queue must be configured as a Dead Letter Queue.');
  }
  const at = Date.now();
  const moves = [...source.messages.values()].map(({ key, deadLetterSource }): QueueRecord => {
    const { name: to } = service.table.find(queueNameOf(input.optionalText('DestinationArn') ?? deadLetterSource ?? '') ?? '');
    return { type: 'moved', from: source.name, to, keys: [key], at };
  });
  await service.commit(moves);
  return { TaskHandle: Buffer.from(JSON.stringify({ sourceArn, at })).toString('base64url') };
}

export const queueOperations: Record<string, QueueOperation> = {
  CreateQueue: create,
  DeleteQueue: remove,
  GetQueueAttributes: getAttributes,
  GetQueueUrl: (input, context) => ({ QueueUrl: urlOf(context, context.service.table.find(input.text('QueueName')).name) }),
  ListDeadLetterSourceQueues: (input, context) => ({
    queueUrls: deadLettersTo(context, queueOf(input, context).name).map(({ name }) => urlOf(context, name)),
  }),
  ListQueues: list,
  PurgeQueue: purge,
  SetQueueAttributes: setAttributes,
  StartMessageMoveTask: moveMessages,
};
