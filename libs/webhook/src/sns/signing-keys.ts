import { X509Certificate, type KeyObject } from 'node:crypto';
import { AppError } from '@polycloud/contracts';
import { LRUCache } from 'lru-cache';

const HOUR_MS = 3_600_000;
const KEPT_MS = 24 * HOUR_MS;
const FAILURE_KEPT_MS = 5_000;
const MOST_KEYS = 20;

type FetchCertificate = (url: string) => Promise<string>;
type Entry = { key: KeyObject } | { failure: AppError };

/**
 * Public keys by certificate URL, fetched once for any number of parallel messages and kept for a day at most. A failure
 * is kept for seconds, so that forged messages cannot make us call SNS again and again.
 */
export class SigningKeys {
  private readonly entries: LRUCache<string, Entry>;

  constructor(
    private readonly fetchCertificate: FetchCertificate,
    private readonly now: () => Date,
  ) {
    this.entries = new LRUCache<string, Entry>({
      max: MOST_KEYS,
      ttl: KEPT_MS,
      ttlResolution: 0,
      perf: { now: () => now().getTime() },
      fetchMethod: async (url, _stale, { options }) => {
        const { entry, keptMs } = await this.load(url);
        options.ttl = keptMs;
        return entry;
      },
    });
  }

  /** Throws AppError UNAVAILABLE when the certificate cannot be had now, INVALID_SIGNATURE when it is not a valid one. */
  async at(url: string): Promise<KeyObject> {
    const entry = await this.entries.forceFetch(url);
    if ('failure' in entry) throw entry.failure;
    return entry.key;
  }

  private async load(url: string): Promise<{ entry: Entry; keptMs: number }> {
    try {
      const certificate = validCertificate(await this.pemAt(url), this.now());
      const keptMs = Math.min(KEPT_MS, Date.parse(certificate.validTo) - this.now().getTime());
      return { entry: { key: certificate.publicKey }, keptMs };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { entry: { failure: error }, keptMs: FAILURE_KEPT_MS };
    }
  }

  private async pemAt(url: string): Promise<string> {
    try {
      return await this.fetchCertificate(url);
    } catch (cause) {
      throw new AppError('UNAVAILABLE', 'The certificate of SNS cannot be fetched at the moment', { cause, retryAfter: 5 });
    }
  }
}

function validCertificate(pem: string, now: Date): X509Certificate {
  const certificate = parsed(pem);
  const isCurrent = Date.parse(certificate.validFrom) <= now.getTime() && now.getTime() < Date.parse(certificate.validTo);
  if (!isCurrent || certificate.publicKey.asymmetricKeyType !== 'rsa')
    throw new AppError('INVALID_SIGNATURE', 'The signing certificate is not in force, or not one of RSA');
  return certificate;
}

function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new AppError('INVALID_SIGNATURE', 'The signing certificate cannot be read', { cause });
  }
}
