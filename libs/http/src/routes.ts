import type { Endpoints } from '@polycloud/contracts';
import type { ControllerOf, Handler } from './handle';

/** Endpoints with their handlers, ready to be served. */
export type Routes = readonly Handler[];

/** Every endpoint of the contract goes to the controller's handler of the same name. */
export const routes = <G extends Endpoints>(endpoints: G, controller: ControllerOf<G>): Routes =>
  Object.keys(endpoints).map((name) => controller[name as keyof G] as unknown as Handler);
