import { clouds } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { CloudController } from '../controllers/cloud.controller';

export const cloudRoutes = (controller: CloudController) => routes(clouds, controller);
