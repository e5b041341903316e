import { AwsError } from '../aws-error';

/** What a receipt handle stands for: one receive of one message. */
interface Receipt {
  key: number;
  receiveCount: number;
}

export function receiptHandle(queue: string, { key, receiveCount }: Receipt): string {
  return Buffer.from(`${queue}/${key}/${receiveCount}`).toString('base64url');
}

/** @throws AwsError ReceiptHandleIsInvalid */
export function parseReceiptHandle(queue: string, handle: string): Receipt {
  const parts = /^([\w-]+)\/(\d+)\/(\d+)$/.exec(Buffer.from(handle, 'base64url').toString());
  if (parts?.[1] !== queue) throw new AwsError('ReceiptHandleIsInvalid', 400, 'The input receipt handle is invalid.');
  return { key: Number(parts[2]), receiveCount: Number(parts[3]) };
}
