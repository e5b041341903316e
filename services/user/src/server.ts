import '@polycloud/telemetry/register';
import { ServiceIdentity } from '@polycloud/auth';
import { asUnavailable, checkDatabase, connectDatabase } from '@polycloud/database';
import { Encryption } from '@polycloud/encryption';
import { Metrics, type RunningService, runAsProcess, Schedule } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { type Logger, traceCalls } from '@polycloud/logger';
import { openSms } from '@polycloud/sms';
import { AccessLog } from './bo/access-log';
import { AdministrationBo } from './bo/administration.bo';
import { AttemptLimiter } from './bo/attempt-limiter';
import { AuthenticationBo } from './bo/authentication.bo';
import { CloudBo } from './bo/cloud.bo';
import { OtpBo } from './bo/otp.bo';
import { PasswordHasher } from './bo/password-hasher';
import { RetentionBo } from './bo/retention.bo';
import { SessionBo } from './bo/session.bo';
import { SigningKeys } from './bo/signing-keys';
import { TokenBo } from './bo/token.bo';
import { UserSettings } from './bo/user-settings';
import { UserBo } from './bo/user.bo';
import { type Config, readServiceConfig } from './config';
import { AdministrationController } from './controllers/administration.controller';
import { AuthenticationController } from './controllers/authentication.controller';
import { CloudController } from './controllers/cloud.controller';
import { OtpController } from './controllers/otp.controller';
import { SessionController } from './controllers/session.controller';
import { SmsOutboxController } from './controllers/sms-outbox.controller';
import { TokenController } from './controllers/token.controller';
import { UserController } from './controllers/user.controller';
import { AttemptDao } from './dao/attempt.dao';
import { CloudRegistrationDao } from './dao/cloud-registration.dao';
import { OtpCodeDao } from './dao/otp-code.dao';
import { SessionDao } from './dao/session.dao';
import { SigningKeyDao } from './dao/signing-key.dao';
import { UserDao } from './dao/user.dao';
import { defineModels } from './models';
import {
  administrationRoutes,
  authenticationRoutes,
  cloudRoutes,
  otpRoutes,
  sessionRoutes,
  smsOutboxRoutes,
  tokenRoutes,
  userRoutes,
} from './routes/user.routes';
import { CloudDoor } from './service/cloud-door';

const NAME = 'user';
const HOUR_MS = 3_600_000;

/** The user service: the whole graph, top to bottom. */
export async function startUser(config: Config, logger: Logger): Promise<RunningService> {
  const db = connectDatabase(config, logger);
  const models = defineModels(db);
  const encryption = new Encryption(config.ENCRYPTION_KEYS);
  const identity = new ServiceIdentity(NAME, config.SERVICE_KEY, config.SERVICE_TRUST);
  const metrics = new Metrics(NAME);
  const sms = openSms(config, logger);
  const door = new CloudDoor(config.CLOUD_ENDPOINT_ALLOWLIST, logger);

  const userDao = new UserDao(db, models);
  const sessionDao = new SessionDao(db, models);
  const signingKeyDao = new SigningKeyDao(models);
  const cloudRegistrationDao = new CloudRegistrationDao(models);
  const otpCodeDao = new OtpCodeDao(db, models);
  const attemptDao = new AttemptDao(db, models);

  const log = new AccessLog(logger, metrics.registry);
  const limiter = new AttemptLimiter(attemptDao);
  const hasher = new PasswordHasher();
  const keys = new SigningKeys(signingKeyDao, encryption);
  const settings = new UserSettings(encryption);
  const accessTokenLife = config.ACCESS_TOKEN_SECONDS;

  const tokenBo = new TokenBo(keys, sessionDao);
  const sessionBo = new SessionBo(sessionDao, { keys, encryption, limiter, log, accessTokenLife });
  const authenticationBo = new AuthenticationBo(userDao, sessionBo, { hasher, limiter, log });
  const otpBo = new OtpBo(otpCodeDao, { users: userDao, sessions: sessionBo, sms, encryption, limiter, log, logger });
  const userBo = new UserBo(userDao, {
    ...{ sessions: sessionDao, authentication: authenticationBo, hasher, settings, log },
    adminEmails: config.ADMIN_EMAILS,
  });
  const cloudBo = new CloudBo(cloudRegistrationDao, encryption, door);
  const administrationBo = new AdministrationBo(userDao, sessionDao);
  const retentionBo = new RetentionBo([sessionDao, otpCodeDao, attemptDao]);
  const schedule = new Schedule(logger);

  const userController = new UserController(userBo);
  const authenticationController = new AuthenticationController(authenticationBo, sessionBo);
  const otpController = new OtpController(otpBo);
  const sessionController = new SessionController(sessionBo);
  const cloudController = new CloudController(cloudBo);
  const administrationController = new AdministrationController(administrationBo);
  const tokenController = new TokenController(tokenBo, cloudBo);
  const smsOutboxController = new SmsOutboxController(sms);

  traceCalls({ userDao, sessionDao, signingKeyDao, cloudRegistrationDao, otpCodeDao, attemptDao, door }, logger);
  traceCalls({ tokenBo, sessionBo, authenticationBo, otpBo, userBo, cloudBo, administrationBo, retentionBo }, logger);
  traceCalls({ userController, authenticationController, otpController, sessionController }, logger);
  traceCalls({ cloudController, administrationController, tokenController, smsOutboxController }, logger);

  await keys.prepare();
  const routes = [
    ...userRoutes(userController),
    ...authenticationRoutes(authenticationController),
    ...otpRoutes(otpController),
    ...sessionRoutes(sessionController),
    ...cloudRoutes(cloudController),
    ...administrationRoutes(administrationController),
    ...tokenRoutes(tokenController),
    ...smsOutboxRoutes(smsOutboxController),
  ];
  const running = await serve(config, routes, {
    name: NAME,
    logger,
    metrics,
    authenticator: { user: (token) => tokenBo.callerOf(token), identity },
    checks: { database: () => checkDatabase(db) },
    translate: asUnavailable,
    close: [() => otpBo.settled(), () => schedule.stop(), () => db.close()],
  });
  schedule.start([{ name: 'sweep', pauseMs: HOUR_MS, run: () => retentionBo.sweep() }]);
  return running;
}

if (require.main === module) void runAsProcess({ name: NAME, config: readServiceConfig, start: startUser });
