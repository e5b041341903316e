import { billingInternals } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { ChargeController } from '../controllers/charge.controller';

export const chargeRoutes = (controller: ChargeController) => routes(billingInternals, controller);
