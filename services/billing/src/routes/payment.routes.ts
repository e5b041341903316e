import { payments } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { PaymentController } from '../controllers/payment.controller';

export const paymentRoutes = (controller: PaymentController) => routes(payments, controller);
