import { orderInternals, orders } from '@polycloud/contracts';
import { clientOf, type ClientOf, type Peer } from '@polycloud/http';

const orderEndpoints = { toPay: orderInternals.toPay, get: orders.get };

/** What billing asks of the order service: amount and owner, and the lines for an invoice. */
export type OrderApi = ClientOf<typeof orderEndpoints>;
export const orderApiAt = (peer: Peer): OrderApi => clientOf(orderEndpoints, peer);
