import type { Caller } from '@polycloud/auth';
import type { RunningService } from '@polycloud/http';
import request from 'supertest';

/** A user and his way of calling: `user.get('/payments')`, on the instance of that number. */
export class TestUser {
  constructor(
    readonly caller: Caller,
    private readonly token: string,
    private readonly instances: RunningService[],
  ) {}

  get userId(): string {
    return this.caller.userId;
  }

  get(path: string, instance = 0) {
    return request(this.instances[instance]!.url).get(path).set('Authorization', `Bearer ${this.token}`);
  }

  post(path: string, body: object, instance = 0) {
    return request(this.instances[instance]!.url).post(path).set('Authorization', `Bearer ${this.token}`).send(body);
  }
}
