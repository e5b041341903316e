import type { Sequelize } from 'sequelize';
import { defineAttempt } from './attempt.model';
import { defineCloudRegistration } from './cloud-registration.model';
import { defineOtpCode } from './otp-code.model';
import { defineRefreshToken } from './refresh-token.model';
import { defineSession } from './session.model';
import { defineSigningKey } from './signing-key.model';
import { defineUser } from './user.model';

/** All models of the user schema. */
export const defineModels = (sequelize: Sequelize) => ({
  users: defineUser(sequelize),
  sessions: defineSession(sequelize),
  refreshTokens: defineRefreshToken(sequelize),
  signingKeys: defineSigningKey(sequelize),
  cloudRegistrations: defineCloudRegistration(sequelize),
  otpCodes: defineOtpCode(sequelize),
  attempts: defineAttempt(sequelize),
});

export type Models = ReturnType<typeof defineModels>;
export type { AttemptRow } from './attempt.model';
export type { CloudRegistrationRow } from './cloud-registration.model';
export type { OtpCodeRow } from './otp-code.model';
export type { RefreshTokenRow } from './refresh-token.model';
export type { SessionRow } from './session.model';
export type { SigningKeyRow } from './signing-key.model';
export type { UserRow } from './user.model';
