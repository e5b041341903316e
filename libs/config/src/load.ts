import { readEnvFiles } from './env-files';
import { type Environment, readConfig, useEnvironment } from './environment';
import { readObject } from './object-source';
import { KmsKey } from './sealing/kms-key';
import { LocalKey } from './sealing/local-key';
import { isSealed, Sealer } from './sealing/sealer';
import { sourceSettings, type SourceSettings } from './settings';

/** What is known of the place before any setting is read. */
export interface LoadOptions {
  /** The process's own environment. */
  own?: Environment;
  /** Where the `.env` files lie. */
  folder?: string;
}

/**
 * Gathers the environment of a service from all its sources, the heavier first: the process's own environment, the
 * files `.env.<APP_ENV>.<service>` and `.env.<APP_ENV>`, the S3 object that CONFIG_SOURCE names; and opens the sealed
 * values. `readConfig` reads from it afterwards. Resolves to what the operator should know. Throws ConfigError.
 */
export async function loadEnvironment(service: string, options: LoadOptions = {}): Promise<string[]> {
  const { own = process.env } = options;
  const boot = loadFiles(service, options);
  const object = boot.CONFIG_SOURCE ? await readObject(objectOf(boot, own, service)) : { values: {} };
  useEnvironment(await opened(layered([own, object.values]), sealerOf(boot)));
  return 'warning' in object && object.warning !== undefined ? [object.warning] : [];
}

/** The first half of it: adds the files to `own` and tells where the rest comes from. Throws ConfigError. */
export function loadFiles(service: string, { own = process.env, folder = process.cwd() }: LoadOptions = {}): SourceSettings {
  const files = readEnvFiles(folder, environmentOf(own), serviceOf(own, service));
  // As every reader of such files does it: the SDKs take region and credentials from the process's environment.
  Object.assign(own, layered([own, ...files]));
  return readConfig(sourceSettings, own);
}

/** The sealer that the environment names keys for; KMS, if a key of it is named, before the key file. */
export function sealerOf(boot: SourceSettings): Sealer {
  const kms = new KmsKey({ keyId: boot.CONFIG_KMS_KEY_ID, region: boot.AWS_REGION, endpoint: boot.AWS_ENDPOINT_URL });
  const local = boot.CONFIG_KEY_FILE ? [new LocalKey(boot.CONFIG_KEY_FILE)] : [];
  return new Sealer(boot.CONFIG_KMS_KEY_ID ? [kms, ...local] : [...local, kms]);
}

function objectOf(boot: SourceSettings, own: Environment, service: string) {
  const words: Environment = { APP_ENV: environmentOf(own), SERVICE_NAME: serviceOf(own, service) };
  const address = (boot.CONFIG_SOURCE ?? '').replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);
  return { address, region: boot.AWS_REGION, endpoint: boot.AWS_ENDPOINT_URL, cache: boot.CONFIG_CACHE_DIR };
}

const environmentOf = (own: Environment) => own.APP_ENV || 'local';

// A worker is told what its service is told.
const serviceOf = (own: Environment, service: string) => own.SERVICE_NAME || service;

/** The heavier source wins, by value or by file: where it says `X_FILE`, a lighter `X` is not heard. An empty text says nothing. */
function layered(sources: Environment[]): Environment {
  const result: Environment = {};
  for (const source of sources) {
    const known = new Set(Object.keys(result).map(plainName));
    for (const [name, value] of Object.entries(source)) {
      if (value !== undefined && value !== '' && !known.has(plainName(name))) result[name] = value;
    }
  }
  return result;
}

const plainName = (name: string) => name.replace(/_FILE$/, '');

async function opened(values: Environment, sealer: Sealer) {
  const unopened = new Map<string, string>();
  const pairs = Object.entries(values).map(async ([name, value]): Promise<[string, string | undefined]> => {
    if (value === undefined || !isSealed(value)) return [name, value];
    try {
      return [name, await sealer.open(name, value)];
    } catch (error) {
      // A service may be shown values of another, for which it has no key; only a setting that is asked for must open.
      unopened.set(name, error instanceof Error ? error.message : 'unknown cause');
      return [name, undefined];
    }
  });
  return { values: Object.fromEntries(await Promise.all(pairs)), unopened };
}
