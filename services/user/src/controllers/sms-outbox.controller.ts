import { AppError, smsOutbox } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import { ConsoleSms, type SmsSender } from '@polycloud/sms';

/** Shows what the driver `console` caught; with any other driver there is nothing to see. */
export class SmsOutboxController implements ControllerOf<typeof smsOutbox> {
  constructor(private readonly sms: SmsSender) {}
  readonly list = handle(smsOutbox.list, () => {
    if (this.sms instanceof ConsoleSms) return this.sms.caught();
    throw new AppError('NOT_FOUND', 'Text messages are sent, not caught');
  });
}
