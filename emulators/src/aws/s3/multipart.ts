import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Element } from '@xmldom/xmldom';
import { AwsError } from '../aws-error';
import { childrenOf, textOf } from '../xml';
import { answer, answerXml, type ObjectCall, type ObjectOperation } from './operation';
import { checkPreconditions, preconditionsOf } from './preconditions';
import { describeObject } from './put-object';
import { receiveBody } from './receive-body';
import type { Part, Upload } from './upload-store';
import { readXml } from './xml-body';

const MIN_PART_BYTES = 5 * 1024 * 1024;

const uploadOf = ({ request, store, bucket, key }: ObjectCall): Upload =>
  store.uploads.find(request.param('uploadId') ?? '', bucket, key);

export const createUpload: ObjectOperation = async (call) => {
  const bucket = call.store.find(call.bucket);
  const UploadId = await call.store.uploads.create(bucket.name, describeObject(call.request, call.key));
  answerXml(call, 'InitiateMultipartUploadResult', { Bucket: bucket.name, Key: call.key, UploadId });
};

export const uploadPart: ObjectOperation = async (call) => {
  const upload = uploadOf(call);
  const number = Number(call.request.param('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new AwsError('InvalidArgument', 400, 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const { file, size, md5, checksum } = await receiveBody(call.request, call.payloadHash, call.store.scratch);
  await call.store.uploads.addPart(upload, { number, etag: md5, size }, file);
  answer(call, 200, { etag: `"${md5}"`, ...(checksum && { [checksum[0]]: checksum[1] }) });
};

export const completeUpload: ObjectOperation = async (call) => {
  const { request, store, key } = call;
  const bucket = store.find(call.bucket);
  const upload = uploadOf(call);
  const parts = chosenParts(upload, await readXml(call));
  const preconditions = preconditionsOf(request);
  checkPreconditions(preconditions, bucket.objects.get(key));
  const file = join(store.scratch, randomUUID());
  try {
    await store.uploads.join(upload, parts, file);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const { etag } = await bucket.put({ ...upload.object, size, etag: combinedEtag(parts) }, file, preconditions);
    await store.uploads.remove(upload);
    answerXml(call, 'CompleteMultipartUploadResult', {
      Location: request.path,
      Bucket: bucket.name,
      Key: key,
      ETag: `"${etag}"`,
    });
  } finally {
    await rm(file, { force: true });
  }
};

export const abortUpload: ObjectOperation = async (call) => {
  await call.store.uploads.remove(uploadOf(call));
  answer(call, 204);
};

export const listParts: ObjectOperation = (call) => {
  const upload = uploadOf(call);
  const parts = [...upload.parts.values()].sort((a, b) => a.number - b.number);
  answerXml(call, 'ListPartsResult', {
    Bucket: call.bucket,
    Key: call.key,
    UploadId: upload.id,
    IsTruncated: false,
    Part: parts.map(({ number, etag, size }) => ({ PartNumber: number, ETag: `"${etag}"`, Size: size })),
  });
};

/** The parts that the request lists. @throws AwsError when one is missing, changed, out of order or too small */
function chosenParts(upload: Upload, root: Element): Part[] {
  const parts = childrenOf(root, 'Part').map((element) => {
    const part = upload.parts.get(Number(textOf(element, 'PartNumber')));
    if (part && textOf(element, 'ETag')?.replaceAll('"', '') === part.etag) return part;
    throw new AwsError('InvalidPart', 400, 'One or more of the specified parts could not be found.');
  });
  if (parts.length === 0) throw new AwsError('MalformedXML', 400, 'The list must name at least one part');
  if (parts.some(({ number }, index) => index > 0 && number <= parts[index - 1]!.number)) {
    throw new AwsError('InvalidPartOrder', 400, 'The list of parts was not in ascending order.');
  }
  if (parts.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES)) {
    throw new AwsError('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed object size.');
  }
  return parts;
}

/** The MD5 of the parts' MD5s, and how many they are. */
function combinedEtag(parts: Part[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  return `${createHash('md5').update(digests).digest('hex')}-${parts.length}`;
}
