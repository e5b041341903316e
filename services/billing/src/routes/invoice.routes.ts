import { invoices } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { InvoiceController } from '../controllers/invoice.controller';

export const invoiceRoutes = (controller: InvoiceController) => routes(invoices, controller);
