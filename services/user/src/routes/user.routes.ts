import { administration, authentication, clouds, otp, sessions, smsOutbox, tokens, users } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { AdministrationController } from '../controllers/administration.controller';
import type { AuthenticationController } from '../controllers/authentication.controller';
import type { CloudController } from '../controllers/cloud.controller';
import type { OtpController } from '../controllers/otp.controller';
import type { SessionController } from '../controllers/session.controller';
import type { SmsOutboxController } from '../controllers/sms-outbox.controller';
import type { TokenController } from '../controllers/token.controller';
import type { UserController } from '../controllers/user.controller';

export const administrationRoutes = (controller: AdministrationController) => routes(administration, controller);
export const authenticationRoutes = (controller: AuthenticationController) => routes(authentication, controller);
export const cloudRoutes = (controller: CloudController) => routes(clouds, controller);
export const otpRoutes = (controller: OtpController) => routes(otp, controller);
export const sessionRoutes = (controller: SessionController) => routes(sessions, controller);
export const smsOutboxRoutes = (controller: SmsOutboxController) => routes(smsOutbox, controller);
export const tokenRoutes = (controller: TokenController) => routes(tokens, controller);
export const userRoutes = (controller: UserController) => routes(users, controller);
