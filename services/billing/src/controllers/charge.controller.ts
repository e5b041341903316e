import { billingInternals } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { ChargeBo } from '../bo/charge.bo';

export class ChargeController implements ControllerOf<typeof billingInternals> {
  constructor(private readonly bo: ChargeBo) {}
  readonly charge = handle(billingInternals.charge, ({ body, caller }) => this.bo.charge(caller, body));
  readonly refund = handle(billingInternals.refund, ({ params, body }) => this.bo.refund(params.orderId, body.processId));
  readonly paid = handle(billingInternals.paid, ({ params }) => this.bo.paid(params.orderId));
}
