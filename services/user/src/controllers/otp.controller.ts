import { otp } from '@polycloud/contracts';
import { type ControllerOf, handle, Reply } from '@polycloud/http';
import type { OtpBo } from '../bo/otp.bo';
import { clientOfRequest } from './client';

/** Seconds after which a code that has not come may be asked for again. */
const RETRY_AFTER = '60';

export class OtpController implements ControllerOf<typeof otp> {
  constructor(private readonly bo: OtpBo) {}
  readonly request = handle(otp.request, async (input) => {
    await this.bo.request(input.body.phone, clientOfRequest(input));
    return new Reply(undefined, { headers: { 'Retry-After': RETRY_AFTER } });
  });
  readonly verify = handle(otp.verify, (input) => this.bo.verify(input.body, clientOfRequest(input)));
}
