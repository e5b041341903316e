'use strict';
/**
 * `npm run queue -- dlq` shows the events that the worker could not take in, `npm run queue -- redrive` gives them to it again. The local
 * stack's queues, unless the environment names others: EVENTS_QUEUE_URL and EVENTS_DLQ_URL, with AWS_REGION and the SDK's own credentials.
 */
const { runWord, Failure } = require('./local/failure');
const { sdk } = require('./local/clouds');
const { DEMO_REGION, urlOf } = require('./local/environment');
const { openStack } = require('./local/settings');
const { say } = require('./local/terminal');

const SHOWN = 10;
// Long enough to read, short enough that a redrive right afterwards finds them.
const HIDDEN_SECONDS = 2;

/** Client and addresses of queue and dead-letter queue. */
function openQueues() {
  const { SQSClient } = sdk('messaging', '@aws-sdk/client-sqs');
  const { EVENTS_QUEUE_URL: queueUrl, EVENTS_DLQ_URL: dlqUrl, AWS_REGION: region = DEMO_REGION, AWS_ENDPOINT_URL } = process.env;
  if (queueUrl && dlqUrl) return { sqs: new SQSClient({ region, endpoint: AWS_ENDPOINT_URL }), queueUrl, dlqUrl };
  const { settings, secrets } = openStack();
  if (!settings.events) throw new Failure('The stack has no queue yet', 'npm start');
  const sqs = new SQSClient({ region: DEMO_REGION, endpoint: urlOf(settings.ports.aws), credentials: secrets.platform });
  return { sqs, ...settings.events };
}

async function depthOf(sqs, url) {
  const { GetQueueAttributesCommand } = sdk('messaging', '@aws-sdk/client-sqs');
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }));
  const [waiting, inFlight] = names.map((name) => Number(Attributes[name] ?? 0));
  return { waiting, inFlight };
}

async function receive(sqs, url, options = {}) {
  const { ReceiveMessageCommand } = sdk('messaging', '@aws-sdk/client-sqs');
  const wanted = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...options };
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, ...wanted }))).Messages ?? [];
}

async function dlq({ sqs, queueUrl, dlqUrl }) {
  const [queue, dead] = await Promise.all([depthOf(sqs, queueUrl), depthOf(sqs, dlqUrl)]);
  say(`Queue        ${queue.waiting} waiting, ${queue.inFlight} in hand`);
  say(`Dead letters ${dead.waiting + dead.inFlight}`);
  const messages = await receive(sqs, dlqUrl, { MaxNumberOfMessages: SHOWN, VisibilityTimeout: HIDDEN_SECONDS });
  for (const { Body, Attributes = {} } of messages) {
    const sent = new Date(Number(Attributes.SentTimestamp)).toISOString();
    say(`  ${sent} delivered ${Attributes.ApproximateReceiveCount} times: ${Body.slice(0, 300)}`);
  }
}

/** Sends each on before it is deleted: a crash between the two doubles an event, which the worker's inbox takes once. */
async function redrive({ sqs, queueUrl, dlqUrl }) {
  const { SendMessageCommand, DeleteMessageCommand } = sdk('messaging', '@aws-sdk/client-sqs');
  let moved = 0;
  for (let messages = await receive(sqs, dlqUrl); messages.length > 0; messages = await receive(sqs, dlqUrl)) {
    for (const { Body, ReceiptHandle } of messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: dlqUrl, ReceiptHandle }));
      moved++;
    }
  }
  say(`${moved} events were given to the worker again`);
}

const words = { dlq, redrive };

async function queue() {
  const word = words[process.argv[2]];
  if (!word) throw new Failure(`Say what: ${Object.keys(words).join(' or ')}`, 'npm run queue -- dlq');
  const queues = openQueues();
  await word(queues);
  queues.sqs.destroy();
}

runWord('queue', queue);
