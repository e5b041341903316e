import { otp } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { OtpController } from '../controllers/otp.controller';

export const otpRoutes = (controller: OtpController) => routes(otp, controller);
