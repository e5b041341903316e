import { orderInternals, orders, processes } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { OrderController } from '../controllers/order.controller';
import type { OrderInternalController } from '../controllers/order-internal.controller';
import type { ProcessController } from '../controllers/process.controller';

export const orderRoutes = (controller: OrderController) => routes(orders, controller);
export const orderInternalRoutes = (controller: OrderInternalController) => routes(orderInternals, controller);
export const processRoutes = (controller: ProcessController) => routes(processes, controller);
