import { type CloudAdapter, CloudFactory } from '@polycloud/cloud';
import type { Objects } from './job-store';

/** How the jobs of each provider name an object, and what of the name is its key. */
const NAMES: [provider: string, name: RegExp][] = [
  ['AWS', /^s3:\/\/[^/]+\/(.+)$/],
  ['GOOGLE', /^gs:\/\/[^/]+\/(.+)$/],
  ['IBM', /^cos:\/\/[^/]+\/(.+)$/],
  ['AZURE', /\/datastores\/[^/]+\/paths\/(.+)$/],
  // An emulator's address has the account before the container.
  ['AZURE', /^https?:\/\/[^/]+\/[^/]+\/[^/]+\/(.+)$/],
];

type Connections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The objects that batch jobs read and write, in the clouds of these connections by the provider's name. */
export function cloudObjects(connections: Connections): Objects {
  const at = async <T>(uri: string, work: (cloud: CloudAdapter, key: string) => Promise<T>): Promise<T> => {
    const [provider, name] = NAMES.find(([, pattern]) => pattern.test(uri)) ?? [];
    if (!provider || !connections[provider]) throw new Error(`No cloud is connected that could hold ${uri}`);
    const cloud = await open(provider, connections[provider]);
    try {
      return await work(cloud, decodeURIComponent(name?.exec(uri)?.[1] ?? ''));
    } finally {
      await cloud.close();
    }
  };
  return {
    read: (uri) => at(uri, textOf),
    write: (uri, text, contentType) =>
      at(uri, async (cloud, key) => void (await cloud.write(key, Buffer.from(text), { contentType }))),
  };
}

function open(provider: string, connection: Connections[string]): Promise<CloudAdapter> {
  const addresses = Object.values(connection).filter((value) => URL.canParse(String(value)));
  return CloudFactory.for(provider, connection, { allowedEndpoints: addresses.map((value) => new URL(String(value)).host) });
}

async function textOf(cloud: CloudAdapter, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await cloud.read(key)).body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
