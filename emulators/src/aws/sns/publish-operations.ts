import { AwsError } from '../aws-error';
import type { Faults } from '../faults';
import type { MessageAttribute, MessageAttributes } from '../sqs/message';
import { messageSize } from '../sqs/message-checks';
import type { Publication } from './envelope';
import type { Form } from './form';
import { invalid, type TopicOperation } from './operation';

const MAX_MESSAGE_BYTES = 262_144;
const MAX_BATCH = 10;

const publish: TopicOperation = async (form, service) => {
  const topic = service.table.topic(form.optional('TargetArn') ?? form.required('TopicArn'));
  return { MessageId: await service.publish(topic, publicationOf(form)) };
};

/** Each entry stands for itself; an injected fault fails some of them as SNS would. */
const publishBatch =
  (faults: Faults): TopicOperation =>
  async (form, service) => {
    const topic = service.table.topic(form.required('TopicArn'));
    const outcomes = await Promise.all(
      batchEntries(form).map(async (entry) => {
        const Id = entry.required('Id');
        try {
          if (faults.strikes('publishPartial')) throw new AwsError('InternalError', 500, 'Injected fault');
          return { MessageId: await service.publish(topic, publicationOf(entry)), Id };
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          return { Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 };
        }
      }),
    );
    const failed = (outcome: object): boolean => 'Code' in outcome;
    return {
      Successful: { member: outcomes.filter((outcome) => !failed(outcome)) },
      Failed: { member: outcomes.filter(failed) },
    };
  };

function batchEntries(form: Form): Form[] {
  const entries = form.items('PublishBatchRequestEntries.member');
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 400, 'The batch request does not contain any entries.');
  if (entries.length > MAX_BATCH)
    throw new AwsError('TooManyEntriesInBatchRequest', 400, 'The batch request contains too many entries.');
  const ids = entries.map((entry) => entry.required('Id'));
  if (new Set(ids).size < ids.length) throw new AwsError('BatchEntryIdsNotDistinct', 400, 'Two entries share an Id.');
  return entries;
}

function publicationOf(form: Form): Publication {
  const message = form.required('Message');
  const subject = form.optional('Subject');
  const attributes = attributesOf(form);
  if (form.optional('MessageStructure') !== undefined) throw invalid('MessageStructure is not supported by this emulator');
  if (message === '') throw invalid('Empty message');
  if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalid('Subject');
  if (messageSize(message, attributes) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
  return { message, subject, attributes };
}

function attributesOf(form: Form): MessageAttributes {
  const entries = form.items('MessageAttributes.entry').map((entry): [string, MessageAttribute] => {
    const [StringValue, BinaryValue] = [entry.optional('Value.StringValue'), entry.optional('Value.BinaryValue')];
    const DataType = entry.required('Value.DataType');
    if (!/^(String|Number|Binary)/.test(DataType) || !(StringValue ?? BinaryValue)) throw invalid('MessageAttributes');
    return [entry.required('Name'), { DataType, ...(BinaryValue ? { BinaryValue } : { StringValue }) }];
  });
  return Object.fromEntries(entries);
}

export const publishOperations = (faults: Faults): Record<string, TopicOperation> => ({
  Publish: publish,
  PublishBatch: publishBatch(faults),
});
