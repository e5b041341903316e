import { billingInformation } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { BillingInfoBo } from '../bo/billing-info.bo';

export class BillingInfoController implements ControllerOf<typeof billingInformation> {
  constructor(private readonly bo: BillingInfoBo) {}
  readonly info = handle(billingInformation.info, ({ caller }) => this.bo.info(caller));
}
