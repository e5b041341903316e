import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import type { ObjectRecord } from './object-record';

export interface Preconditions {
  ifMatch?: string;
  ifNoneMatch?: string;
  /** Milliseconds since the epoch. */
  ifModifiedSince?: number;
  ifUnmodifiedSince?: number;
}

export function preconditionsOf(request: AwsRequest): Preconditions {
  const date = (name: string): number | undefined => {
    const time = Date.parse(request.header(name) ?? '');
    return Number.isNaN(time) ? undefined : time;
  };
  return {
    ifMatch: request.header('if-match'),
    ifNoneMatch: request.header('if-none-match'),
    ifModifiedSince: date('if-modified-since'),
    ifUnmodifiedSince: date('if-unmodified-since'),
  };
}

/** Conditions of a write. @throws AwsError 412, or 404 when If-Match names an object that is not there */
export function checkPreconditions({ ifMatch, ifNoneMatch }: Preconditions, current: ObjectRecord | undefined): void {
  if (ifMatch !== undefined && !current) {
    throw new AwsError('NoSuchKey', 404, 'The specified key does not exist.');
  }
  if (current && ifMatch !== undefined && !matches(ifMatch, current)) throw failed('If-Match');
  if (current && ifNoneMatch !== undefined && matches(ifNoneMatch, current)) throw failed('If-None-Match');
}

/** Conditions of a read. @returns true when the caller already has the object; @throws AwsError 412 */
export function isUnmodified(conditions: Preconditions, current: ObjectRecord): boolean {
  // Dates in headers have whole seconds.
  const modifiedAt = Math.floor(current.modifiedAt / 1000) * 1000;
  const { ifMatch, ifNoneMatch, ifModifiedSince = -Infinity, ifUnmodifiedSince = Infinity } = conditions;
  if (ifMatch !== undefined ? !matches(ifMatch, current) : modifiedAt > ifUnmodifiedSince) throw failed('If-Match');
  return ifNoneMatch !== undefined ? matches(ifNoneMatch, current) : modifiedAt <= ifModifiedSince;
}

function matches(condition: string, { etag }: ObjectRecord): boolean {
  return condition.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^"|"$/g, '') === etag);
}

function failed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
}
