import { otp } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { OtpBo } from '../bo/otp.bo';
import { clientOfRequest } from './client';

export class OtpController implements ControllerOf<typeof otp> {
  constructor(private readonly bo: OtpBo) {}
  readonly request = handle(otp.request, (input) => this.bo.request(input.body.phone, clientOfRequest(input)));
  readonly verify = handle(otp.verify, (input) => this.bo.verify(input.body, clientOfRequest(input)));
}
