import { administration } from '@polycloud/contracts';
import { routes } from '@polycloud/http';
import type { AdministrationController } from '../controllers/administration.controller';

export const administrationRoutes = (controller: AdministrationController) => routes(administration, controller);
