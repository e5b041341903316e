import { CloudError, type CloudErrorCode, CloudFactory, type CloudLogger } from '@polycloud/cloud';
import { AppError, type ErrorCode } from '@polycloud/contracts';

/** Longest try at a cloud, milliseconds: within the time for an answer of ours. */
const DEADLINE_MS = 8_000;

const CODES: Partial<Record<CloudErrorCode, ErrorCode>> = {
  InvalidArgument: 'VALIDATION_FAILED',
  Timeout: 'UPSTREAM_TIMEOUT',
  Cancelled: 'UPSTREAM_TIMEOUT',
};

/** The way to a user's cloud. */
export class CloudDoor {
  constructor(
    private readonly allowedEndpoints: readonly string[],
    private readonly logger: CloudLogger,
    private readonly deadlineMs = DEADLINE_MS,
  ) {}

  /** Logs in and reaches the bucket or container. Fails CLOUD_FAILED, UPSTREAM_TIMEOUT, or VALIDATION_FAILED for an address that is not allowed. */
  async check(provider: string, connection: unknown): Promise<void> {
    const { allowedEndpoints, logger } = this;
    try {
      const cloud = await CloudFactory.for(provider, connection, { allowedEndpoints, logger, timeoutMs: 5_000, attempts: 2 });
      await cloud.check(AbortSignal.timeout(this.deadlineMs)).finally(() => cloud.close());
    } catch (error) {
      throw error instanceof CloudError ? asAppError(error) : error;
    }
  }
}

function asAppError(error: CloudError): AppError {
  const code = CODES[error.code] ?? 'CLOUD_FAILED';
  return new AppError(code, `${error.provider} does not take this connection: ${error.message}`, {
    cause: error,
    hint: error.hint,
    ...(code === 'VALIDATION_FAILED' && { errors: [{ field: 'body.connection', message: error.message }] }),
  });
}
