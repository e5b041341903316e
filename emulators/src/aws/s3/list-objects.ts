import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import { uriEncode } from '../signature/canonical';
import type { Bucket } from './bucket';
import { type ListPosition, openToken, sealToken } from './list-token';
import type { ObjectRecord } from './object-record';
import { answerXml, type ObjectOperation } from './operation';

interface Listing {
  prefix: string;
  delimiter: string;
  max: number;
  position: ListPosition;
}

interface Page {
  contents: ObjectRecord[];
  prefixes: string[];
  next?: ListPosition;
}

export const listObjects: ObjectOperation = (call) => {
  const { request } = call;
  const bucket = call.store.find(call.bucket);
  if (request.param('list-type') !== '2') throw new AwsError('NotImplemented', 501, 'This emulator lists with list-type=2 only.');
  const token = request.param('continuation-token');
  const startAfter = request.param('start-after');
  const [prefix = '', delimiter = ''] = [request.param('prefix'), request.param('delimiter')];
  const scope = [bucket.name, prefix, delimiter];
  const position = token === undefined ? { after: startAfter ?? '' } : openToken(token, scope);
  const max = maxKeys(request);
  const page = readPage(bucket, { prefix, delimiter, max, position });
  const encode = encoder(request);
  answerXml(call, 'ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter ? encode(delimiter) : undefined,
    MaxKeys: max,
    KeyCount: page.contents.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    EncodingType: request.param('encoding-type'),
    ContinuationToken: token,
    NextContinuationToken: page.next && sealToken(page.next, scope),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    Contents: page.contents.map((record) => describe(record, encode)),
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
  });
};

/** Keys in byte order from the position on; what shares a prefix up to the delimiter counts as one entry. */
function readPage(bucket: Bucket, { prefix, delimiter, max, position }: Listing): Page {
  const page: Page = { contents: [], prefixes: [] };
  if (max === 0) return page;
  let last = position;
  for (let key = nextKey(bucket, last, prefix); key !== undefined; key = nextKey(bucket, last, prefix)) {
    if (page.contents.length + page.prefixes.length === max) return { ...page, next: last };
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (end >= 0) {
      last = { below: key.slice(0, end + delimiter.length) };
      page.prefixes.push(last.below);
    } else {
      last = { after: key };
      page.contents.push(bucket.objects.get(key)!);
    }
  }
  return page;
}

function nextKey(bucket: Bucket, position: ListPosition, prefix: string): string | undefined {
  // A zero byte makes the smallest key that is greater; 0xff is greater than any byte of UTF-8.
  const [text, edge] = 'after' in position ? [position.after, 0] : [position.below, 255];
  const start = Buffer.concat([Buffer.from(text), Buffer.from([edge])]);
  const from = Buffer.from(prefix);
  for (const key of bucket.keys.from(start.compare(from) < 0 ? from : start)) return key.startsWith(prefix) ? key : undefined;
  return undefined;
}

function describe(record: ObjectRecord, encode: (text: string) => string): Record<string, string | number> {
  return {
    Key: encode(record.key),
    LastModified: new Date(record.modifiedAt).toISOString(),
    ETag: `"${record.etag}"`,
    Size: record.size,
    StorageClass: 'STANDARD',
  };
}

function maxKeys(request: AwsRequest): number {
  const text = request.param('max-keys') ?? '1000';
  if (/^\d{1,9}$/.test(text)) return Math.min(1000, Number(text));
  throw new AwsError('InvalidArgument', 400, 'Provided max-keys not an integer or within integer range', {
    ArgumentName: 'max-keys',
  });
}

function encoder(request: AwsRequest): (text: string) => string {
  const type = request.param('encoding-type');
  if (type !== undefined && type !== 'url') {
    throw new AwsError('InvalidArgument', 400, 'Invalid Encoding Method specified in Request', { ArgumentName: 'encoding-type' });
  }
  return type === 'url' ? (text) => text.split('/').map(uriEncode).join('/') : (text) => text;
}
