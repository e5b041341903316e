import { createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../aws-error';

const SEAL_BYTES = 16;

/** Where a listing goes on: after this key, or after everything below this common prefix. */
export type ListPosition = { after: string } | { below: string };

/** A token is sealed for its listing, so one that was invented or belongs to another listing is refused. */
export function sealToken(position: ListPosition, listing: string[]): string {
  const content = Buffer.from(JSON.stringify(position));
  return Buffer.concat([seal(content, listing), content]).toString('base64url');
}

/** @throws AwsError InvalidArgument */
export function openToken(token: string, listing: string[]): ListPosition {
  const bytes = Buffer.from(token, 'base64url');
  const content = bytes.subarray(SEAL_BYTES);
  if (bytes.length <= SEAL_BYTES || !timingSafeEqual(bytes.subarray(0, SEAL_BYTES), seal(content, listing))) {
    throw new AwsError('InvalidArgument', 400, 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    });
  }
  return JSON.parse(content.toString()) as ListPosition;
}

function seal(content: Buffer, listing: string[]): Buffer {
  return createHmac('sha256', JSON.stringify(listing)).update(content).digest().subarray(0, SEAL_BYTES);
}
