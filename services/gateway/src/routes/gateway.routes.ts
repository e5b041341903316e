import { gateway } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { GatewayController } from '../controllers/gateway.controller';

export const gatewayRoutes = (controller: GatewayController) => routes(gateway, controller);
