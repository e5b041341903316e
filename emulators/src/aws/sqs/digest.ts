import { createHash } from 'node:crypto';
import type { MessageAttributes } from './message';

export const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');

/** The MD5 of message attributes as SQS defines it, in order of their names; undefined when there are none. */
export function attributesMd5(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (!attributes || names.length === 0) return undefined;
  return md5(
    Buffer.concat(
      names.flatMap((name) => {
        const { DataType, StringValue, BinaryValue } = attributes[name]!;
        const binary = DataType.startsWith('Binary');
        const value = binary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? '');
        return [sized(Buffer.from(name)), sized(Buffer.from(DataType)), Buffer.from([binary ? 2 : 1]), sized(value)];
      }),
    ),
  );
}

function sized(value: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, value]);
}
