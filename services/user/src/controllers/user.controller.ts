import { users } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { UserBo } from '../bo/user.bo';
import { clientOfRequest } from './client';

export class UserController implements ControllerOf<typeof users> {
  constructor(private readonly bo: UserBo) {}
  readonly register = handle(users.register, (input) => this.bo.register(input.body, clientOfRequest(input)));
  readonly details = handle(users.details, ({ caller }) => this.bo.details(caller));
  readonly change = handle(users.change, (input) => this.bo.change(input.caller, input.body, clientOfRequest(input)));
}
