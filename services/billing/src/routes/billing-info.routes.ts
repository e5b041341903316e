import { billingInformation } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { BillingInfoController } from '../controllers/billing-info.controller';

export const billingInfoRoutes = (controller: BillingInfoController) => routes(billingInformation, controller);
