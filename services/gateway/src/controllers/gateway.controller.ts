import { gateway } from '@polycloud/contracts';
import { type ControllerOf, handle, StreamReply } from '@polycloud/http';
import type { DocumentBo } from '../bo/document.bo';
import type { OverviewBo } from '../bo/overview.bo';
import type { StatusBo } from '../bo/status.bo';
import { statusPage } from './status-page';

export class GatewayController implements ControllerOf<typeof gateway> {
  constructor(
    private readonly overviewBo: OverviewBo,
    private readonly statusBo: StatusBo,
    private readonly documentBo: DocumentBo,
  ) {}

  readonly overview = handle(gateway.overview, ({ caller }) => this.overviewBo.overview(caller));

  /** JSON for programs; a page for a browser, which asks for one by name. */
  readonly status = handle(gateway.status, async ({ headers }) => {
    const status = await this.statusBo.status();
    if (!headers.accept?.includes('text/html')) return status;
    return new StreamReply((response) => {
      response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
      response.setHeader('Cache-Control', 'no-store');
      response.type('html').send(statusPage(status));
      return Promise.resolve();
    });
  });

  readonly openapi = handle(gateway.openapi, () => this.documentBo.get());
}
