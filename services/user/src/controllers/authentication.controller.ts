import { authentication } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { AuthenticationBo } from '../bo/authentication.bo';
import type { SessionBo } from '../bo/session.bo';
import { clientOfRequest } from './client';

export class AuthenticationController implements ControllerOf<typeof authentication> {
  constructor(
    private readonly bo: AuthenticationBo,
    private readonly sessions: SessionBo,
  ) {}
  readonly logIn = handle(authentication.logIn, (input) => this.bo.logIn(input.body, clientOfRequest(input)));
  readonly refresh = handle(authentication.refresh, (input) =>
    this.sessions.refresh(input.body.refreshToken, clientOfRequest(input)),
  );
  readonly logOut = handle(authentication.logOut, ({ caller }) => this.sessions.logOut(caller));
}
