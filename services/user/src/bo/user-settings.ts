import { randomBytes } from 'node:crypto';
import type { Infer, User } from '@polycloud/contracts';
import type { Encryption } from '@polycloud/encryption';

export type Settings = Infer<typeof User>['settings'];

/** In which context the settings of a user are sealed. */
export const settingsContext = (userId: string) => `user-settings:${userId}`;

/** A user's settings hold the secret that signs his callbacks, so they are stored sealed. */
export class UserSettings {
  constructor(private readonly encryption: Encryption) {}

  seal(userId: string, settings: Settings): string {
    return this.encryption.seal(JSON.stringify(settings), settingsContext(userId));
  }

  open(userId: string, sealed: string): Settings {
    return JSON.parse(this.encryption.open(sealed, settingsContext(userId))) as Settings;
  }
}

/** A new secret of 32 random bytes, as Standard Webhooks writes it: `whsec_` and base64. */
export const newWebhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
