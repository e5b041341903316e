import { asAppError, type CloudAdapter, CloudFactory } from '@polycloud/cloud';
import type { tokens } from '@polycloud/contracts';
import type { ClientOf } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';

/** The door to users' clouds: the connection is asked at the user service, the adapter made by the factory. */
export class UserClouds {
  constructor(
    private readonly userApi: ClientOf<typeof tokens>,
    private readonly allowedEndpoints: readonly string[],
    private readonly logger: Logger,
  ) {}

  /** Opens the user's cloud for `work` and closes it after. Failures of the cloud come as CLOUD_FAILED or its kin. */
  async use<T>(userId: string, work: (cloud: CloudAdapter) => Promise<T>): Promise<T> {
    const { provider, connection } = await this.userApi.cloudOf({ params: { id: userId } });
    const cloud = await CloudFactory.for(provider, connection, { allowedEndpoints: this.allowedEndpoints, logger: this.logger });
    try {
      return await work(cloud);
    } catch (error) {
      throw asAppError(error) ?? error;
    } finally {
      await cloud.close();
    }
  }
}
