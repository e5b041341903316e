import { sessions } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { SessionController } from '../controllers/session.controller';

export const sessionRoutes = (controller: SessionController) => routes(sessions, controller);
