import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import { decodeAwsChunked } from './aws-chunked';
import { algorithmOf, checksumHeader, PassingDigest } from './checksum';

interface ReceivedBody {
  /** Path of the scratch file, which is not yet synced; whoever receives it syncs and renames it, or removes it. */
  file: string;
  size: number;
  /** hex */
  md5: string;
  checksum?: [name: string, value: string];
}

const STREAMED_PREFIX = 'STREAMING-';
const MAX_PUT_BYTES = 5 * 1024 ** 3;

/**
 * Streams the body of a put into a scratch file and compares it with everything that was said of it: its signed hash, its length,
 * Content-MD5 and checksum.
 */
export async function receiveBody(request: AwsRequest, payloadHash: string, scratch: string): Promise<ReceivedBody> {
  const expectedSize = announcedSize(request, payloadHash);
  const trailers = new Map<string, string>();
  const source = payloadHash.startsWith(STREAMED_PREFIX) ? decodeAwsChunked(request.raw, trailers) : request.raw;
  const checksum = announcedChecksum(request);
  const digest = new PassingDigest(new Set(['sha256', ...(checksum ? [algorithmOf(checksum)] : [])]));
  const file = join(scratch, randomUUID());
  try {
    await pipeline(digest.pass(source), createWriteStream(file));
    const hashes = digest.finish();
    if (digest.size !== expectedSize)
      throw new AwsError('IncompleteBody', 400, 'The body has not the length its header announced');
    comparePayload(payloadHash, hashes.sha256!);
    compareMd5(request.header('content-md5'), hashes.md5!);
    const result = { file, size: digest.size, md5: hashes.md5!.toString('hex') };
    if (!checksum) return result;
    return { ...result, checksum: compareChecksum(checksum, request.amz(checksum) ?? trailers.get(checksum), hashes) };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

function announcedSize(request: AwsRequest, payloadHash: string): number {
  const streamed = payloadHash.startsWith(STREAMED_PREFIX);
  if (streamed && payloadHash !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') {
    throw new AwsError('NotImplemented', 501, 'This emulator does not take bodies with a signature in each chunk.');
  }
  const length = request.header(streamed ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === undefined || !/^\d+$/.test(length)) {
    throw new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) > MAX_PUT_BYTES) {
    throw new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed object size.');
  }
  return Number(length);
}

/** A checksum comes in a header, after the body, or in the query of a presigned URL, where not every S3 looks but some do. */
function announcedChecksum(request: AwsRequest): string | undefined {
  const params = request.query.map(([name]) => name.toLowerCase());
  return checksumHeader([...Object.keys(request.raw.headers), ...params, ...(request.header('x-amz-trailer') ?? '').split(',')]);
}

function comparePayload(declared: string, sha256: Buffer): void {
  if (declared === 'UNSIGNED-PAYLOAD' || declared.startsWith(STREAMED_PREFIX) || declared === sha256.toString('hex')) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new AwsError('XAmzContentSHA256Mismatch', 400, message);
}

function compareMd5(declared: string | undefined, md5: Buffer): void {
  if (declared === undefined) return;
  if (Buffer.from(declared, 'base64').length !== 16)
    throw new AwsError('InvalidDigest', 400, 'The Content-MD5 you specified is not valid.');
  if (declared !== md5.toString('base64')) {
    throw new AwsError('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.');
  }
}

function compareChecksum(header: string, declared: string | undefined, hashes: Record<string, Buffer>): [string, string] {
  const algorithm = algorithmOf(header);
  const value = hashes[algorithm]!.toString('base64');
  if (declared === value) return [header, value];
  throw new AwsError('BadDigest', 400, `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
}
