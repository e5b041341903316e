import { users } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { UserController } from '../controllers/user.controller';

export const userRoutes = (controller: UserController) => routes(users, controller);
