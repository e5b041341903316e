import { ACCOUNT, queueNameOf } from '../arn';
import type { XmlContent } from '../xml';
import type { Form } from './form';
import { attributeMap, invalid, page, type TopicOperation } from './operation';
import type { TopicService } from './topic-service';
import type { Subscription } from './topic-table';

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

const isProtocol = (text: string): text is Subscription['protocol'] => ['sqs', 'http', 'https'].includes(text);

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

export const subscriptionOperations: Record<string, TopicOperation> = {
  ConfirmSubscription: confirmSubscription,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  ListSubscriptionsByTopic: listSubscriptions,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  Subscribe: subscribe,
  Unsubscribe: unsubscribe,
};
