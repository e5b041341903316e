import { callbacks, orderInternals, orders, processes, pushedEvents } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { CallbackController } from '../controllers/callback.controller';
import type { OrderController } from '../controllers/order.controller';
import type { OrderInternalController } from '../controllers/order-internal.controller';
import type { ProcessController } from '../controllers/process.controller';
import type { PushedEventController } from '../controllers/pushed-event.controller';

export const orderRoutes = (controller: OrderController) => routes(orders, controller);
export const orderInternalRoutes = (controller: OrderInternalController) => routes(orderInternals, controller);
export const processRoutes = (controller: ProcessController) => routes(processes, controller);
export const callbackRoutes = (controller: CallbackController) => routes(callbacks, controller);
export const pushedEventRoutes = (controller: PushedEventController) => routes(pushedEvents, controller);
