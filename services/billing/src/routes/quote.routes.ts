import { quotes } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { QuoteController } from '../controllers/quote.controller';

export const quoteRoutes = (controller: QuoteController) => routes(quotes, controller);
