import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError } from '../aws-error';
import { type AwsRequest, decodePercent } from '../aws-request';
import type { BucketStore } from './bucket-store';
import { KEPT_HEADERS, type NewObject, type ObjectRecord } from './object-record';
import { answer, answerXml, type ObjectOperation } from './operation';
import { checkPreconditions, preconditionsOf } from './preconditions';
import { receiveBody } from './receive-body';

const META = 'x-amz-meta-';
const MAX_METADATA_BYTES = 2048;

export const putObject: ObjectOperation = async (call) => {
  const { request, store, key, payloadHash } = call;
  const bucket = store.find(call.bucket);
  const object = describeObject(request, key);
  const preconditions = preconditionsOf(request);
  // Asked before the body is taken as well, to spare a transfer that is going to be refused.
  checkPreconditions(preconditions, bucket.objects.get(key));
  const { file, size, md5, checksum } = await receiveBody(request, payloadHash, store.scratch);
  try {
    const record = await bucket.put({ ...object, size, etag: md5, checksum }, file, preconditions);
    answer(call, 200, { etag: `"${record.etag}"`, ...(checksum && { [checksum[0]]: checksum[1] }) });
  } finally {
    await rm(file, { force: true });
  }
};

export const copyObject: ObjectOperation = async (call) => {
  const { request, store, key } = call;
  const source = findSource(request.amz('x-amz-copy-source') ?? '', store);
  const replace = request.amz('x-amz-metadata-directive') === 'REPLACE';
  const described = replace ? describeObject(request, key) : { headers: source.record.headers, metadata: source.record.metadata };
  const { size, etag, checksum } = source.record;
  const file = join(store.scratch, randomUUID());
  try {
    await copyFile(source.path, file, constants.COPYFILE_FICLONE);
    const preconditions = preconditionsOf(request);
    const copy = await store.find(call.bucket).put({ ...described, key, size, etag, checksum }, file, preconditions);
    answerXml(call, 'CopyObjectResult', { LastModified: new Date(copy.modifiedAt).toISOString(), ETag: `"${copy.etag}"` });
  } finally {
    await rm(file, { force: true });
  }
};

/** Headers and metadata of an object to be, from the request. @throws AwsError when S3 would refuse them */
export function describeObject(request: AwsRequest, key: string): Pick<NewObject, 'key' | 'headers' | 'metadata'> {
  if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 400, 'Your key is too long');
  const kept = KEPT_HEADERS.map((name) => [name, storedValue(name, request.header(name))] as const).filter(([, value]) => value);
  const names = new Set([...Object.keys(request.raw.headers), ...request.query.map(([name]) => name.toLowerCase())]);
  const metadata = [...names]
    .filter((name) => name.startsWith(META))
    .map((name) => [name.slice(META.length), request.amz(name) ?? '']);
  if (Buffer.byteLength(metadata.flat().join('')) > MAX_METADATA_BYTES) {
    throw new AwsError('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return {
    key,
    headers: Object.fromEntries(kept) as Record<string, string>,
    metadata: Object.fromEntries(metadata) as Record<string, string>,
  };
}

/** `aws-chunked` describes the way here, not the object. */
function storedValue(name: string, value: string | undefined): string | undefined {
  if (name !== 'content-encoding') return value;
  return value
    ?.split(',')
    .filter((coding) => coding.trim() !== 'aws-chunked')
    .join(',');
}

function findSource(header: string, store: BucketStore): { record: ObjectRecord; path: string } {
  const [, name, key] = /^\/?([^/]+)\/(.+?)(?:\?versionId=.*)?$/s.exec(header) ?? [];
  if (!name || !key)
    throw new AwsError('InvalidArgument', 400, 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  const bucket = store.find(name);
  const record = bucket.objects.get(decodePercent(key));
  if (!record) throw new AwsError('NoSuchKey', 404, 'The specified key does not exist.', { Key: decodePercent(key) });
  return { record, path: bucket.pathOf(record) };
}
