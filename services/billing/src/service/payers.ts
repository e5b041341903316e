import type { Caller } from '@polycloud/auth';
import { tokens, users } from '@polycloud/contracts';
import { clientOf, type ClientOf, type Peer } from '@polycloud/http';

const userEndpoints = { jwks: tokens.jwks, verify: tokens.verify, details: users.details };

/** What billing asks of the user service. */
export type UserApi = ClientOf<typeof userEndpoints>;
export const userApiAt = (peer: Peer): UserApi => clientOf(userEndpoints, peer);

/** Who pays: name, e-mail and phone, as the user service knows them. */
export class Payers {
  constructor(private readonly userApi: UserApi) {}

  async of(userId: string): Promise<{ name: string; email: string; phone?: string }> {
    const { name, email, phone } = await this.userApi.details({ onBehalfOf: asUser(userId) });
    return { name, email, ...(phone !== null && { phone }) };
  }
}

/** Work that is done for a user who is not calling himself. */
export const asUser = (userId: string): Caller => ({ userId, roles: ['customer'], cloud: null });
