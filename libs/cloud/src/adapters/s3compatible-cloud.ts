import type { Registration } from '../connection';
import type { CloudDeps } from '../deps';
import { openS3, type S3Connection } from './s3/s3-client';
import { S3Cloud } from './s3/s3-cloud';

/** Any storage that speaks the S3 protocol; it has no models. */
export class S3CompatibleCloud extends S3Cloud {
  protected readonly inference = undefined;

  static async open(registration: Registration<S3Connection>, deps: CloudDeps): Promise<S3CompatibleCloud> {
    return new S3CompatibleCloud(registration, deps, await openS3(registration.connection));
  }
}
