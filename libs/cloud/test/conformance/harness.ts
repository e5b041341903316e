import { randomUUID } from 'node:crypto';
import { CloudError, CloudFactory, type CloudAdapter, type CloudDeps, type ObjectBody } from '@polycloud/cloud';

type Fields = Record<string, unknown>;

/** A cloud that the suite can run against: an emulator, a double or the real one. */
export interface Harness {
  provider: string;
  /** Without a prefix; each test takes one of its own. */
  connection: Fields;
  allowedEndpoints?: string[];
  /** Fields that make the connection name a bucket that does not exist. */
  missingContainer: Fields;
  /** Fields that make the credentials wrong, though well-formed. */
  wrongSecret: Fields;
  /** How it refuses them, when not as the provider does. */
  wrongSecretCode?: 'PermissionDenied';
  /** Absent when this cloud has no models that the suite knows. */
  models?: Models;
  stop(): Promise<void>;
}

/** Models that add the numbers of a record. */
export interface Models {
  /** Fields with which the models refuse the login. */
  wrongModelSecret: Fields;
  /** What this cloud wants to know of a batch. */
  batchOptions?: Record<string, string>;
  /** `model` that makes a batch fail; the job's id starts with it, for clouds that do not pass the model on. */
  brokenModel: string;
}

/** Opens adapters of one cloud and closes them after each test. */
export class Clouds {
  private readonly opened: CloudAdapter[] = [];

  constructor(readonly harness: Harness) {}

  async open(fields: Fields = {}, deps: Partial<CloudDeps> = {}): Promise<CloudAdapter> {
    const { provider, connection, allowedEndpoints } = this.harness;
    const prefix = `conformance/${randomUUID()}`;
    const cloud = await CloudFactory.for(
      provider,
      { ...connection, prefix, ...fields },
      { allowedEndpoints, baseDelayMs: 1, ...deps },
    );
    this.opened.push(cloud);
    return cloud;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((cloud) => cloud.close()));
  }
}

/** The models of a suite that runs only where there are some. */
export function modelsOf({ harness }: Clouds): Models {
  if (harness.models) return harness.models;
  throw new Error(`${harness.provider} was started without models`);
}

export const text = (value: string): Uint8Array => Buffer.from(value);

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function readText(cloud: CloudAdapter, key: string): Promise<string> {
  return (await bytesOf((await cloud.read(key)).body)).toString();
}

export async function* streamOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** Writes with the type that most tests do not care about. */
export const put = (cloud: CloudAdapter, key: string, body: string | ObjectBody) =>
  cloud.write(key, typeof body === 'string' ? text(body) : body, { contentType: 'text/plain' });

/** The error of a call that must fail. */
export async function failure(work: Promise<unknown>): Promise<CloudError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CloudError) return error;
    throw error;
  }
  throw new Error('the call succeeded, though it must fail');
}

export const codeOf = async (work: Promise<unknown>): Promise<string> => (await failure(work)).code;

const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const;

/** Does the work as if it were another time, milliseconds since 1970; timers run as ever. */
export async function asIfAt<T>(now: number, work: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ now, doNotFake: [...TIMERS, 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] });
  try {
    return await work();
  } finally {
    jest.useRealTimers();
  }
}
