import { authentication } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { AuthenticationController } from '../controllers/authentication.controller';

export const authenticationRoutes = (controller: AuthenticationController) => routes(authentication, controller);
