import { gateway } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { DocumentBo } from '../bo/document.bo';
import type { StatusBo } from '../bo/status.bo';

export class GatewayController implements ControllerOf<typeof gateway> {
  constructor(
    private readonly statusBo: StatusBo,
    private readonly documentBo: DocumentBo,
  ) {}

  readonly status = handle(gateway.status, () => this.statusBo.status());
  readonly openapi = handle(gateway.openapi, () => this.documentBo.get());
}
