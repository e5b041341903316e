import type { CloudAdapter, ObjectInfo } from '@polycloud/cloud';
import { AppError } from '@polycloud/contracts';

const FIRST_RANGE = 256 * 1024;
const LARGEST_RANGE = 8 * 1024 * 1024;

/** One version of an object, as `head` gave it, from a byte on; `signal` ends the reading. */
export interface Stretch {
  info: ObjectInfo;
  /** Default: its beginning. */
  offset?: number;
  signal?: AbortSignal;
}

/**
 * The bytes of an object from an offset on, by ranged reads of growing length, so that a reader who soon has enough costs
 * the cloud little and its connection is not cut. INVALID_STATE when the object is replaced meanwhile.
 */
export async function* rangedChunks(cloud: CloudAdapter, { info, offset = 0, signal }: Stretch): AsyncGenerator<Uint8Array> {
  let length = FIRST_RANGE;
  for (let at = offset; at < info.size; at += length, length = Math.min(length * 2, LARGEST_RANGE)) {
    const { info: now, body } = await cloud.read(info.key, { offset: at, length, signal });
    if (now.version !== info.version) throw changed(info.key);
    yield* body;
  }
}

const changed = (key: string) =>
  new AppError('INVALID_STATE', `"${key}" was replaced while it was read`, { hint: 'Begin again with what is there now' });
