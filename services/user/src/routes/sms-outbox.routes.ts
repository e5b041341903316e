import { smsOutbox } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { SmsOutboxController } from '../controllers/sms-outbox.controller';

export const smsOutboxRoutes = (controller: SmsOutboxController) => routes(smsOutbox, controller);
