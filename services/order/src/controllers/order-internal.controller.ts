import { orderInternals } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { OrderBo } from '../bo/order.bo';

export class OrderInternalController implements ControllerOf<typeof orderInternals> {
  constructor(private readonly bo: OrderBo) {}

  readonly toPay = handle(orderInternals.toPay, ({ params }) => this.bo.toPay(params.orderId));
}
