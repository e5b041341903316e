import { type Infer, record } from '@polycloud/contracts';
import type { Registration } from '../connection';
import { common } from '../connection-fields';
import type { CloudDeps } from '../deps';
import { offer } from '../offer';
import { openS3, s3Login, sessionToken } from './s3/s3-client';
import { S3Cloud } from './s3/s3-cloud';

const { region, ...login } = s3Login;
const { endpoint, prefix } = common;

const s3CompatibleConnection = record(
  { ...login, endpoint },
  { prefix, sessionToken },
  { region: region.default('us-east-1') },
).description('Any storage that speaks the S3 protocol');
type S3CompatibleConnection = Infer<typeof s3CompatibleConnection>;

/** Any storage that speaks the S3 protocol; it has no models. */
export class S3CompatibleCloud extends S3Cloud {
  protected readonly inference = undefined;

  static async open(registration: Registration<S3CompatibleConnection>, deps: CloudDeps): Promise<S3CompatibleCloud> {
    return new S3CompatibleCloud(registration, deps, await openS3(registration.connection));
  }
}

export const s3Compatible = offer({
  name: 'Any S3-compatible storage',
  adapter: S3CompatibleCloud,
  connection: s3CompatibleConnection,
});
