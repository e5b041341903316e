import { ACCOUNT, topicArn } from '../arn';
import type { XmlContent } from '../xml';
import type { Form } from './form';
import { attributeMap, invalid, page, type TopicOperation } from './operation';
import type { TopicService } from './topic-service';

async function createTopic(form: Form, { table, commit }: TopicService): Promise<XmlContent> {
  const name = form.required('Name');
  if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name (standard topics only, no FIFO)');
  const arn = topicArn(name);
  const attributes = checkedTopicAttributes(form.map('Attributes'));
  if (!table.topics.has(arn)) await commit([{ type: 'topicSaved', topic: { arn, attributes } }]);
  return { TopicArn: arn };
}

async function deleteTopic(form: Form, { commit }: TopicService): Promise<XmlContent> {
  await commit([{ type: 'topicDeleted', arn: form.required('TopicArn') }]);
  return undefined;
}

function listTopics(form: Form, { table }: TopicService): XmlContent {
  const { members, next } = page([...table.topics.keys()].sort(), form);
  return { Topics: { member: members.map((arn) => ({ TopicArn: arn })) }, NextToken: next };
}

function getTopicAttributes(form: Form, { table }: TopicService): XmlContent {
  const topic = table.topic(form.required('TopicArn'));
  const subscriptions = table.subscriptionsOf(topic);
  return attributeMap({
    TopicArn: topic.arn,
    Owner: ACCOUNT,
    SubscriptionsConfirmed: String(subscriptions.filter(({ confirmed }) => confirmed).length),
    SubscriptionsPending: String(subscriptions.filter(({ confirmed }) => !confirmed).length),
    ...topic.attributes,
  });
}

async function setTopicAttributes(form: Form, { table, commit }: TopicService): Promise<XmlContent> {
  const { arn, attributes } = table.topic(form.required('TopicArn'));
  const change = checkedTopicAttributes({ [form.required('AttributeName')]: form.optional('AttributeValue') ?? '' });
  await commit([{ type: 'topicSaved', topic: { arn, attributes: { ...attributes, ...change } } }]);
  return undefined;
}

function checkedTopicAttributes(attributes: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(attributes)) {
    const right = name === 'SignatureVersion' ? /^[12]$/.test(value) : ['DisplayName', 'Policy'].includes(name);
    if (!right) throw invalid(`AttributeName ${name}`);
  }
  return attributes;
}

export const topicOperations: Record<string, TopicOperation> = {
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  GetTopicAttributes: getTopicAttributes,
  ListTopics: listTopics,
  SetTopicAttributes: setTopicAttributes,
};
