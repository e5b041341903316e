export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const topicArn = (name: string): string => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;

/** The queue's name in a queue ARN; undefined when the text is none. */
export const queueNameOf = (arn: string): string | undefined => /^arn:aws:sqs:[a-z0-9-]+:\d{12}:([\w-]{1,80})$/.exec(arn)?.[1];
