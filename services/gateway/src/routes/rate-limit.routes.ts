import { currentContext } from '@polycloud/context';
import { AppError } from '@polycloud/contracts';
import type { RateLimiter, RateLimitStore, Verdict } from '@polycloud/rate-limit';
import type { Request, RequestHandler } from 'express';
import * as ipaddr from 'ipaddr.js';

/** Who is counted: a third party by his key, a user by his token, everyone else by his address. */
export interface Counted {
  userId?: string;
  apiKey?: { name: string; perDay: number };
}

const MINUTE = 60;
const DAY = 86_400;

/** What one client may do in a minute, by the class of the route; `factor` makes all of it larger. */
const CLASSES = { login: 60, write: 600, read: 3_000 } as const;
type RouteClass = keyof typeof CLASSES;
/** Everything from one address: many users may sit behind it. */
const PER_ADDRESS = 12_000;

/** Refuses who asks too much, and tells everyone what is left (fields RateLimit and RateLimit-Policy). */
export function limitRate(
  store: RateLimitStore,
  factor: number,
  identify: (request: Request) => Promise<Counted>,
): RequestHandler {
  const perMinute = (name: string, requests: number) => store.limiter({ name, requests: requests * factor, seconds: MINUTE });
  const byAddress = perMinute('address', PER_ADDRESS);
  const byClass = Object.fromEntries(
    Object.entries(CLASSES).map(([name, requests]) => [name, perMinute(name, requests)]),
  ) as Record<RouteClass, RateLimiter>;
  const quotas = new Map<string, RateLimiter>();
  const quotaOf = ({ name, perDay }: { name: string; perDay: number }) => {
    const known = quotas.get(name) ?? store.limiter({ name: 'quota', requests: perDay, seconds: DAY });
    quotas.set(name, known);
    return known;
  };

  return async (request, response, next) => {
    const { userId, apiKey } = await identify(request);
    const context = currentContext();
    // For the log, for which the signature is good enough.
    if (context && userId !== undefined) context.userId = userId;
    const address = networkOf(request.ip ?? '');
    const kind = classOf(request);
    const client = kind === 'login' || userId === undefined ? `address:${address}` : `user:${userId}`;
    const verdicts = await Promise.all([
      apiKey ? quotaOf(apiKey).take(apiKey.name) : byAddress.take(address),
      byClass[kind].take(client),
    ]);
    for (const [name, value] of Object.entries(fieldsOf(verdicts))) response.setHeader(name, value);
    const refused = verdicts.find(({ allowed }) => !allowed);
    if (refused) throw tooMany(refused);
    next();
  };
}

/** An IPv6 client has a whole network of addresses to take turns with, so the network is counted: its first 64 bits. */
function networkOf(ip: string): string {
  const address = ipaddr.isValid(ip) ? ipaddr.process(ip) : undefined;
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, 4).join(':') : String(address ?? ip);
}

function classOf({ method, path }: Request): RouteClass {
  if (method === 'POST' && (path === '/user' || (path.startsWith('/authentication') && path !== '/authentication/logout'))) {
    return 'login';
  }
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

/** All policies, and how it stands with the one that is nearest to its end. */
function fieldsOf(verdicts: Verdict[]): Record<string, string> {
  const shareLeft = ({ remaining, allowance }: Verdict) => remaining / allowance.requests;
  const nearest = verdicts.reduce((one, other) => (shareLeft(other) < shareLeft(one) ? other : one));
  const policy = ({ allowance: { name, requests, seconds } }: Verdict) => `"${name}";q=${requests};w=${seconds}`;
  return {
    'RateLimit-Policy': verdicts.map(policy).join(', '),
    RateLimit: `"${nearest.allowance.name}";r=${nearest.remaining};t=${nearest.resetSeconds}`,
  };
}

const tooMany = ({ allowance: { name, requests, seconds }, resetSeconds }: Verdict) =>
  new AppError('RATE_LIMITED', `The allowance "${name}" of ${requests} requests in ${seconds} seconds is used up`, {
    retryAfter: Math.max(1, resetSeconds),
    hint: 'Wait as long as Retry-After says',
  });
