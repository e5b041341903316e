import { AppError, type Endpoint, Paged } from '@polycloud/contracts';

/** An answer as it came. */
export interface PeerAnswer {
  status: number;
  headers: unknown;
  body: unknown;
}

/** What the peer answered: its data, or its failure where that is the client's affair. */
export function readAnswer(endpoint: Endpoint, peer: string, answer: PeerAnswer): unknown {
  const body = answer.body as
    | { data?: unknown; page?: { nextCursor: string | null }; code?: unknown; detail?: unknown; hint?: string; errors?: [] }
    | undefined;
  if (answer.status < 300) {
    if (endpoint.bare) return body;
    return body?.page ? new Paged(body.data as unknown[], body.page.nextCursor) : body?.data;
  }
  const headers = answer.headers as Record<string, string | undefined>;
  const ourFault = headers['www-authenticate']?.includes('scope="service"') ?? false;
  if (AppError.isCode(body?.code) && !ourFault && (answer.status < 500 || body.code !== 'INTERNAL')) {
    const retryAfter = Number(headers['retry-after']);
    throw new AppError(body.code, String(body.detail), {
      ...(body.hint !== undefined && { hint: body.hint }),
      ...(body.errors !== undefined && { errors: body.errors }),
      ...(retryAfter > 0 && { retryAfter }),
    });
  }
  throw new AppError('UPSTREAM_FAILED', `The ${peer} service failed`, {
    cause: new Error(`${endpoint.method} ${endpoint.path} answered ${answer.status}`),
  });
}
