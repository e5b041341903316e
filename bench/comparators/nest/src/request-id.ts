import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

export function requestId(request: Request, response: Response, next: NextFunction) {
  response.setHeader('X-Request-Id', request.get('x-request-id') ?? randomUUID());
  next();
}
