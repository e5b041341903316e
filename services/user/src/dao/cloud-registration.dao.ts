import type { CloudRegistrationRow, Models } from '../models';

/** Which cloud each user lives on. */
export class CloudRegistrationDao {
  constructor(private readonly models: Models) {}

  async find(userId: string): Promise<CloudRegistrationRow | undefined> {
    return (await this.models.cloudRegistrations.findByPk(userId))?.get({ plain: true });
  }

  async put(registration: CloudRegistrationRow): Promise<void> {
    await this.models.cloudRegistrations.upsert(registration);
  }

  async remove(userId: string): Promise<void> {
    await this.models.cloudRegistrations.destroy({ where: { userId } });
  }
}
