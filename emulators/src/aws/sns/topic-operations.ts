import { ACCOUNT, queueNameOf, topicArn } from '../arn';
import { AwsError } from '../aws-error';
import type { XmlContent } from '../xml';
import type { Form } from './form';
import type { TopicService } from './topic-service';
import type { Subscription } from './topic-table';

/** @returns the children of the result element; undefined for an operation that answers nothing */
export type TopicOperation = (form: Form, service: TopicService) => Promise<XmlContent> | XmlContent;

const PAGE = 100;

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

async function subscribe(form: Form, service: TopicService): Promise<XmlContent> {
  const topic = service.table.topic(form.required('TopicArn'));
  const [protocol, endpoint] = [form.required('Protocol'), form.required('Endpoint')];
  const fits =
    protocol === 'sqs' ? queueNameOf(endpoint) !== undefined : endpoint.startsWith(`${protocol}://`) && URL.canParse(endpoint);
  if (!isProtocol(protocol)) throw invalid('Protocol (sqs, http and https only)');
  if (!fits) throw invalid('Endpoint');
  const attributes = checkedSubscriptionAttributes(form.map('Attributes'));
  const subscription = await service.subscribe(topic, { protocol, endpoint, attributes });
  const known = subscription.confirmed || form.optional('ReturnSubscriptionArn') === 'true';
  return { SubscriptionArn: known ? subscription.arn : 'pending confirmation' };
}

async function confirmSubscription(form: Form, service: TopicService): Promise<XmlContent> {
  return { SubscriptionArn: (await service.confirm(form.required('TopicArn'), form.required('Token'))).arn };
}

async function unsubscribe(form: Form, { commit }: TopicService): Promise<XmlContent> {
  await commit([{ type: 'subscriptionDeleted', arn: form.required('SubscriptionArn') }]);
  return undefined;
}

function listSubscriptions(form: Form, { table }: TopicService): XmlContent {
  const { members, next } = page(table.subscriptionsOf(table.topic(form.required('TopicArn'))), form);
  const described = members.map(({ arn, confirmed, protocol, endpoint, topicArn: TopicArn }) => {
    return {
      SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
      Owner: ACCOUNT,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn,
    };
  });
  return { Subscriptions: { member: described }, NextToken: next };
}

function getSubscriptionAttributes(form: Form, { table }: TopicService): XmlContent {
  const {
    arn,
    topicArn: TopicArn,
    protocol,
    endpoint,
    attributes,
    confirmed,
  } = table.subscription(form.required('SubscriptionArn'));
  return attributeMap({
    SubscriptionArn: arn,
    TopicArn,
    Protocol: protocol,
    Endpoint: endpoint,
    Owner: ACCOUNT,
    PendingConfirmation: String(!confirmed),
    RawMessageDelivery: 'false',
    ...attributes,
  });
}

async function setSubscriptionAttributes(form: Form, { table, commit }: TopicService): Promise<XmlContent> {
  const subscription = table.subscription(form.required('SubscriptionArn'));
  const change = checkedSubscriptionAttributes({ [form.required('AttributeName')]: form.optional('AttributeValue') ?? '' });
  const attributes = { ...subscription.attributes, ...change };
  await commit([{ type: 'subscriptionSaved', subscription: { ...subscription, attributes } }]);
  return undefined;
}

function page<Item>(all: Item[], form: Form): { members: Item[]; next?: string } {
  const start = Number(form.optional('NextToken') ?? 0) || 0;
  const end = start + PAGE;
  return { members: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}

function attributeMap(attributes: Record<string, string>): XmlContent {
  return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } };
}

const isProtocol = (text: string): text is Subscription['protocol'] => ['sqs', 'http', 'https'].includes(text);

function checkedTopicAttributes(attributes: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(attributes)) {
    const right = name === 'SignatureVersion' ? /^[12]$/.test(value) : ['DisplayName', 'Policy'].includes(name);
    if (!right) throw invalid(`AttributeName ${name}`);
  }
  return attributes;
}

function checkedSubscriptionAttributes(attributes: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(attributes)) {
    const right =
      name === 'RawMessageDelivery' ? /^(true|false)$/.test(value) : name === 'DeliveryPolicy' && isDeliveryPolicy(value);
    if (!right) throw invalid(`AttributeName ${name}`);
  }
  return attributes;
}

function isDeliveryPolicy(text: string): boolean {
  try {
    const { healthyRetryPolicy: policy = {} } = JSON.parse(text) as { healthyRetryPolicy?: Record<string, unknown> };
    return [policy.numRetries ?? 0, policy.minDelayTarget ?? 0].every((value) => Number.isInteger(value) && Number(value) >= 0);
  } catch {
    return false;
  }
}

export function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', 400, `Invalid parameter: ${what}`);
}

export const topicOperations: Record<string, TopicOperation> = {
  ConfirmSubscription: confirmSubscription,
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  GetTopicAttributes: getTopicAttributes,
  ListSubscriptionsByTopic: listSubscriptions,
  ListTopics: listTopics,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  SetTopicAttributes: setTopicAttributes,
  Subscribe: subscribe,
  Unsubscribe: unsubscribe,
};
