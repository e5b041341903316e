import { currentRequestId } from '@polycloud/context';
import { AppError, errorCatalogue } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import type { ErrorRequestHandler, Response } from 'express';

export interface ProblemOptions {
  logger: Logger;
  /** 401, or 501 for clients of the old specification. */
  notAuthenticatedStatus?: number;
  /** Turns a library's error into one of the catalogue, where it is an expected failure. */
  translate?: (error: unknown) => AppError | undefined;
}

/** The last error handler: an AppError becomes its problem document, anything else is a defect, logged once and answered 500. */
export function problemHandler(options: ProblemOptions): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = toAppError(error, options);
    if (problem.code === 'INTERNAL')
      options.logger.error('defect', { method: request.method, path: request.path, error: problem.cause ?? error });
    else if (problem.status >= 500)
      options.logger.warn('failed', { failure: problem.code, detail: problem.detail, error: problem.cause });
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem, options.notAuthenticatedStatus);
  };
}

/** What every problem document says of itself. */
export const PROBLEM_HEADERS = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' };

/** Writes the problem document (RFC 9457). */
function sendProblem(response: Response, problem: AppError, notAuthenticatedStatus = 401): void {
  const status = problem.code === 'NOT_AUTHENTICATED' ? notAuthenticatedStatus : problem.status;
  const body = problemBody(problem, status, currentRequestId());
  response
    .status(status)
    .set(problem.headers)
    .set(PROBLEM_HEADERS)
    .send(Buffer.from(JSON.stringify(body)));
}

/** The members of a problem document. */
export const problemBody = ({ code, detail, errors, hint }: AppError, status: number, requestId: string) => ({
  type: `urn:polycloud:problem:${code.toLowerCase().replaceAll('_', '-')}`,
  title: errorCatalogue[code].title,
  status,
  detail,
  code,
  requestId,
  ...(errors && { errors }),
  ...(hint && { hint }),
});

/** Every error as one of the catalogue. */
export function toAppError(error: unknown, options: Pick<ProblemOptions, 'translate'> = {}): AppError {
  if (error instanceof AppError) return error;
  return (
    options.translate?.(error) ??
    parsingError(error) ??
    new AppError('INTERNAL', 'The request could not be carried out', { cause: error })
  );
}

/** What the body parser and the router refuse. */
function parsingError(error: unknown): AppError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type, status, limit } = error as { type?: string; status?: number; limit?: number };
  if (type === 'entity.too.large') {
    return new AppError('PAYLOAD_TOO_LARGE', `The body is larger than ${limit} bytes`, {
      hint: 'Large data goes to your cloud through POST /data/upload-url',
    });
  }
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new AppError('UNSUPPORTED_MEDIA_TYPE', 'The body must be plain JSON in UTF-8');
  if (type === 'request.aborted' || type === 'request.size.invalid')
    return new AppError('VALIDATION_FAILED', 'The body ended before its announced length');
  if (error instanceof URIError || status === 400) return new AppError('VALIDATION_FAILED', 'The path cannot be decoded');
  return undefined;
}
