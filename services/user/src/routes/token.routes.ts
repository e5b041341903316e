import { tokens } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { TokenController } from '../controllers/token.controller';

export const tokenRoutes = (controller: TokenController) => routes(tokens, controller);
