'use strict';
const { sdk } = require('./clouds');
const { urlOf, DEMO_REGION } = require('./environment');

const NAME = 'polycloud-events';
// A message that failed this often waits in the dead-letter queue for a person.
const MAX_RECEIVES = 8;
const VISIBILITY_SECONDS = 60;

/** Makes topic, queue, dead-letter queue and subscription unless they are there: { topicArn, queueUrl, dlqUrl }. */
async function makeEventChannel({ settings, secrets }) {
  const { SNSClient, CreateTopicCommand } = sdk('messaging', '@aws-sdk/client-sns');
  const { SQSClient } = sdk('messaging', '@aws-sdk/client-sqs');
  const options = { region: DEMO_REGION, endpoint: urlOf(settings.ports.aws), credentials: secrets.platform };
  const sns = new SNSClient(options);
  const sqs = new SQSClient(options);
  const dlq = await makeQueue(sqs, `${NAME}-dlq`, {});
  const redrive = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: MAX_RECEIVES });
  const queue = await makeQueue(sqs, NAME, { VisibilityTimeout: String(VISIBILITY_SECONDS), RedrivePolicy: redrive });
  const { TopicArn: topicArn } = await sns.send(new CreateTopicCommand({ Name: NAME }));
  await subscribe(sns, topicArn, queue.arn);
  for (const client of [sns, sqs]) client.destroy();
  return { topicArn, queueUrl: queue.url, dlqUrl: dlq.url };
}

async function makeQueue(sqs, name, attributes) {
  const { CreateQueueCommand, GetQueueAttributesCommand } = sdk('messaging', '@aws-sdk/client-sqs');
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: Attributes.QueueArn };
}

async function subscribe(sns, topicArn, queueArn) {
  const { SubscribeCommand } = sdk('messaging', '@aws-sdk/client-sns');
  await sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes: { RawMessageDelivery: 'true' } }),
  );
}

module.exports = { makeEventChannel };
