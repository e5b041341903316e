import { EventEnvelope } from '@polycloud/contracts';

/**
 * The event in a queue message: bare (raw delivery) or in the envelope of SNS. Throws for what is neither, which leads
 * it to the dead-letter queue.
 */
export function eventOf(body: string): EventEnvelope {
  const outer = JSON.parse(body) as { Type?: unknown; TopicArn?: unknown; Message?: unknown };
  const enveloped = outer.Type === 'Notification' && typeof outer.TopicArn === 'string' && typeof outer.Message === 'string';
  const result = EventEnvelope.validate(enveloped ? JSON.parse(outer.Message as string) : outer);
  if (result.error) throw new Error(`not an event of ours: ${result.error.message}`);
  return result.value;
}
