import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '@polycloud/contracts';
import { problemBody } from './problem';
import { newId } from './request-id';

const REFUSALS: Record<string, { status: number; problem: AppError }> = {
  HPE_HEADER_OVERFLOW: { status: 431, problem: new AppError('PAYLOAD_TOO_LARGE', 'The headers are larger than 16 KiB') },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    problem: new AppError('VALIDATION_FAILED', 'The request did not come whole in time'),
  },
};
const BROKEN = { status: 400, problem: new AppError('VALIDATION_FAILED', 'The request is not valid HTTP') };

/** Answers what node:http cannot read, and so never hands on, as everything else is answered: with a problem document. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: ServerResponse }) => {
    // An answer may be on its way already; another one in the midst of it would be taken for its rest.
    if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy(error);
    const { status, problem } = REFUSALS[error.code ?? ''] ?? BROKEN;
    const requestId = newId();
    const body = JSON.stringify(problemBody(problem, status, requestId));
    const headers = [
      `X-Request-Id: ${requestId}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, '', body].join('\r\n'));
  });
}
