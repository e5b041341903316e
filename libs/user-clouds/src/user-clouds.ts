import { createHash } from 'node:crypto';
import { CloudFactory, type CloudDeps } from '@polycloud/cloud';
import type { tokens } from '@polycloud/contracts';
import type { ClientOf } from '@polycloud/http';
import { LRUCache } from 'lru-cache';
import { isLoginRefused, unusable } from './failures';
import { type CloudWork, OpenCloud } from './open-cloud';

export type { CloudWork } from './open-cloud';

/** What the adapters stand on, and how many hands one user may hold. */
export interface UserCloudsOptions extends Partial<CloudDeps> {
  /** Calls of one user that may be under way at once. Default 32. */
  mostCalls?: number;
}

/** So long a changed registration may go unseen, milliseconds. */
const CONNECTION_MS = 2_000;
const MOST_OPEN = 500;
const IDLE_MS = 10 * 60_000;

type UserApi = Pick<ClientOf<typeof tokens>, 'cloudOf'>;
type Registration = Awaited<ReturnType<UserApi['cloudOf']>>;

/**
 * The door to users' clouds: the connection is asked at the user service, the adapter made by the factory and kept for the
 * user's next call. A cloud that hangs harms nobody but its user.
 */
export class UserClouds {
  private readonly registrations = new LRUCache<string, Promise<Registration>>({ max: 10_000, ttl: CONNECTION_MS });
  private readonly open = new LRUCache<string, Promise<OpenCloud>>({
    max: MOST_OPEN,
    ttl: IDLE_MS,
    updateAgeOnGet: true,
    ttlAutopurge: true,
    dispose: (cloud) => void retire(cloud),
  });

  constructor(
    private readonly userApi: UserApi,
    private readonly options: UserCloudsOptions,
  ) {}

  /**
   * Works in the user's cloud. Fails CLOUD_NOT_REGISTERED; CLOUD_FAILED, UPSTREAM_TIMEOUT or their kin when the cloud
   * does; UNAVAILABLE when too many of the user's calls are under way.
   */
  async use<T>(userId: string, work: CloudWork<T>): Promise<T> {
    const cloud = await this.cloudOf(userId);
    try {
      return await cloud.use(work);
    } catch (error) {
      if (isLoginRefused(error)) this.registrations.delete(userId);
      throw error;
    }
  }

  /** Closes every adapter once the work in it is done. */
  async close(): Promise<void> {
    const clouds = [...this.open.values()];
    this.open.clear();
    await Promise.all(clouds.map(retire));
  }

  private async cloudOf(userId: string): Promise<OpenCloud> {
    const registration = await once(this.registrations, userId, () => this.userApi.cloudOf({ params: { id: userId } }));
    // A new connection is a new key: the adapter of the old one ends with the calls that still use it.
    return once(this.open, `${userId} ${digestOf(registration)}`, () => this.openCloud(registration));
  }

  private async openCloud({ provider, connection }: Registration): Promise<OpenCloud> {
    const { mostCalls = 32, ...deps } = this.options;
    try {
      return new OpenCloud(await CloudFactory.for(provider, connection, deps), mostCalls);
    } catch (error) {
      throw unusable(provider, error);
    }
  }
}

const digests = new WeakMap<Registration, string>();

function digestOf(registration: Registration): string {
  const known = digests.get(registration);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(JSON.stringify(registration)).digest('base64');
  digests.set(registration, digest);
  return digest;
}

/** The value under the key, made once however many ask for it at the same time; a failure is not kept. */
function once<T>(cache: LRUCache<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => {
    if (cache.peek(key) === made) cache.delete(key);
  });
  return made;
}

/** Nobody waits for a retired adapter, and one that could not be opened has nothing to close. */
const retire = (opening: Promise<OpenCloud>): Promise<void> => opening.then((cloud) => cloud.retire()).catch(() => undefined);
