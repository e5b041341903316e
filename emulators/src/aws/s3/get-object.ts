import { pipeline } from 'node:stream/promises';
import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import { KEPT_HEADERS, type ObjectRecord } from './object-record';
import { answer, type ObjectCall, type ObjectOperation } from './operation';
import { isUnmodified, preconditionsOf } from './preconditions';

interface ByteRange {
  start: number;
  /** The last byte, included. */
  end: number;
}

export const getObject: ObjectOperation = async (call) => {
  const { request, response, store, key } = call;
  const opened = await store.find(call.bucket).open(key);
  if (!opened) throw noSuchKey(key);
  const { record, file } = opened;
  try {
    const plan = planAnswer(call, record);
    if (plan.status === 304) return answer(call, 304, plan.headers);
    response.writeHead(plan.status, plan.headers);
    if (request.method === 'HEAD' || plan.range.end < plan.range.start) return void response.end();
    await pipeline(file.createReadStream({ ...plan.range, autoClose: false }), response);
  } finally {
    await file.close();
  }
};

function planAnswer(
  { request }: ObjectCall,
  record: ObjectRecord,
): { status: number; headers: Record<string, string>; range: ByteRange } {
  const whole = { start: 0, end: record.size - 1 };
  const headers = headersOf(record, request);
  if (isUnmodified(preconditionsOf(request), record)) return { status: 304, headers, range: whole };
  const range = parseRange(request.header('range'), record.size);
  if (!range) {
    const checksum = request.header('x-amz-checksum-mode') ? record.checksum : undefined;
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(record.size), ...(checksum && { [checksum[0]]: checksum[1] }) },
      range: whole,
    };
  }
  const length = String(range.end - range.start + 1);
  const span = `bytes ${range.start}-${range.end}/${record.size}`;
  return { status: 206, headers: { ...headers, 'content-length': length, 'content-range': span }, range };
}

function headersOf(record: ObjectRecord, request: AwsRequest): Record<string, string> {
  const overrides = request.query
    .map(([name, value]) => [name.replace(/^response-/, ''), value] as const)
    .filter(([name]) => KEPT_HEADERS.includes(name));
  const metadata = Object.entries(record.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return {
    'content-type': 'binary/octet-stream',
    ...record.headers,
    ...Object.fromEntries([...metadata, ...overrides]),
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
}

/** One range of bytes; undefined for none, or for a form that HTTP lets a server ignore. @throws AwsError 416 */
function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === '' && Number(last) === 0)) {
    throw new AwsError('InvalidRange', 416, 'The requested range is not satisfiable', {
      RangeRequested: header ?? '',
      ActualObjectSize: String(size),
    });
  }
  return { start, end };
}

function noSuchKey(key: string): AwsError {
  return new AwsError('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });
}
