import { tokens } from '@polycloud/contracts';
import { type ControllerOf, handle, Reply } from '@polycloud/http';
import type { CloudBo } from '../bo/cloud.bo';
import type { TokenBo } from '../bo/token.bo';

export class TokenController implements ControllerOf<typeof tokens> {
  constructor(
    private readonly bo: TokenBo,
    private readonly clouds: CloudBo,
  ) {}
  readonly jwks = handle(
    tokens.jwks,
    async () => new Reply(await this.bo.jwks(), { headers: { 'Cache-Control': 'public, max-age=600' } }),
  );
  readonly verify = handle(tokens.verify, ({ body }) => this.bo.verify(body.token));
  readonly cloudOf = handle(tokens.cloudOf, ({ caller, params }) => this.clouds.connectionOf(caller, params.id));
}
