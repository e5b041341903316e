import { data } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { DataController } from '../controllers/data.controller';

export const dataRoutes = (controller: DataController) => routes(data, controller);
