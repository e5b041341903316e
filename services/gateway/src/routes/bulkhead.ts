import { AppError } from '@polycloud/contracts';
import { onceWorkEnds } from '@polycloud/http';
import type { RequestHandler } from 'express';

/** Bounds how many requests for one service are under way; those beyond are answered UNAVAILABLE at once. */
export class Bulkhead {
  private inFlight = 0;

  constructor(
    private readonly service: string,
    private readonly most: number,
  ) {}

  readonly enter: RequestHandler = (_request, response, next) => {
    if (this.inFlight >= this.most) {
      throw new AppError('UNAVAILABLE', `The ${this.service} service has all hands full`, {
        retryAfter: 1,
        hint: 'Try again in a moment',
      });
    }
    this.inFlight++;
    onceWorkEnds(response, () => this.inFlight--);
    next();
  };
}
