import type { BatchRequest, PredictRequest } from './batches';
import { metadataDefect } from './metadata';
import { keyDefect, prefixDefect } from './object-key';
import type { ListRequest, PresignRequest, ReadRange, WriteOptions } from './objects';

/** Said before any request is made: what is wrong with an argument, or undefined. */
type Defect = string | undefined;

const MAX_PAGE = 1000;
const MAX_PRESIGN_SECONDS = 7 * 24 * 3600;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"\r\n]*"|[\w.+-]+))*$/;

const wholeBetween = (value: unknown, low: number, high: number) =>
  Number.isInteger(value) && Number(value) >= low && Number(value) <= high;

export function listDefect({ prefix = '', limit }: ListRequest): Defect {
  const defect = prefixDefect(prefix);
  if (defect) return `prefix ${defect}`;
  return wholeBetween(limit, 1, MAX_PAGE) ? undefined : `limit is not a whole number from 1 to ${MAX_PAGE}`;
}

export function rangeDefect({ offset = 0, length = 1 }: ReadRange): Defect {
  if (!wholeBetween(offset, 0, Number.MAX_SAFE_INTEGER)) return 'offset is not a whole number from 0';
  return wholeBetween(length, 1, Number.MAX_SAFE_INTEGER) ? undefined : 'length is not a whole number from 1';
}

const contentTypeDefect = (contentType: unknown): Defect =>
  typeof contentType === 'string' && MEDIA_TYPE.test(contentType)
    ? undefined
    : 'contentType is not a media type such as text/csv';

export function writeDefect(options: WriteOptions): Defect {
  if (options?.ifAbsent && options.ifVersion !== undefined) return 'ifAbsent and ifVersion exclude each other';
  if (options?.ifVersion === '') return 'ifVersion is empty';
  return contentTypeDefect(options?.contentType) ?? metadataDefect(options.metadata);
}

export function presignDefect({ method, expiresInSeconds, contentType }: PresignRequest): Defect {
  if (method !== 'GET' && method !== 'PUT') return 'method is neither GET nor PUT';
  if (!wholeBetween(expiresInSeconds, 1, MAX_PRESIGN_SECONDS))
    return `expiresInSeconds is not a whole number from 1 to ${MAX_PRESIGN_SECONDS}`;
  if (contentType === undefined) return undefined;
  return method === 'GET' ? 'contentType belongs to a PUT' : contentTypeDefect(contentType);
}

const JOB_ID = /^[a-z0-9](?:-?[a-z0-9]){0,62}$/;
const MODEL_NAME = /^[A-Za-z0-9][\w.@-]{0,127}$/;

const modelDefect = (field: string, name: unknown): Defect =>
  typeof name === 'string' && MODEL_NAME.test(name) ? undefined : `${field} is not a name of letters, digits and . _ @ -`;

export function predictDefect({ endpoint, records }: PredictRequest): Defect {
  const usable =
    Array.isArray(records) && records.length > 0 && records.every((record) => record !== null && typeof record === 'object');
  return modelDefect('endpoint', endpoint) ?? (usable ? undefined : 'records is not a list of at least one object');
}

export function batchDefect({ jobId, model, input, output, contentType }: BatchRequest): Defect {
  if (!JOB_ID.test(jobId) || jobId.length > 63) return 'jobId is not 1-63 lower-case letters, digits and single dashes';
  const [inputDefect, outputDefect] = [keyDefect(input), keyDefect(output)];
  if (inputDefect) return `input ${inputDefect}`;
  if (outputDefect) return `output ${outputDefect}`;
  return modelDefect('model', model) ?? contentTypeDefect(contentType);
}
