import type { Provider, Role } from '@polycloud/contracts';

/** A user on whose behalf work is done. `via` is the service that acts for him, when he did not come himself. */
export interface Caller {
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly cloud: Provider | null;
  readonly sessionId?: string;
  readonly via?: string;
}

/** A service that calls another, and the user for whom it does so, if any. */
export interface ServiceCaller {
  readonly service: string;
  readonly onBehalfOf?: Caller;
}
