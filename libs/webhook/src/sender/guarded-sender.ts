import { rootCertificates } from 'node:tls';
import { AppError } from '@polycloud/contracts';
import { buildConnector, Client, type Connector } from '@polycloud/lean/undici';
import { failureReason } from './failure-reason';
import { HostSlots } from './host-slots';
import { dnsAddresses, systemAddresses, vettedLookup, type Resolve } from './resolve';
import { retryAfterSeconds } from './retry-after';
import { parseTarget, RefusedTarget, type TargetPolicy } from './target-url';

const PUBLIC_PORTS = [443, 8443];
const SENDS_PER_HOST = 4;

/** What may be called and for how long; `allowPrivate` lifts every rule about hosts, ports and https. */
export interface GuardedSenderOptions {
  allowPrivate: boolean;
  ports?: readonly number[];
  resolve?: Resolve;
  /** For the whole of one send, waiting for a free slot of the host included. */
  timeoutMs?: number;
  connectTimeoutMs?: number;
  maxResponseBytes?: number;
  /** A root certificate (PEM) to trust beside those of Node. */
  ca?: string;
}

/** A POST to a URL that a user has named. */
export interface Outgoing {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** `reason` is fit to be shown to the user. `ms` is how long the send took. */
export type SendResult =
  | { outcome: 'answered'; status: number; retryAfterSeconds?: number; ms: number }
  | { outcome: 'failed'; reason: string; ms: number };

/**
 * Calls URLs that users name; nothing else may. It reaches public hosts over https only, follows no redirect, uses no
 * proxy, and gives a receiver little time, few bytes and at most four connections at once.
 */
export class GuardedSender {
  private readonly policy: TargetPolicy;
  private readonly timeoutMs: number;
  private readonly maxResponseBytes: number;
  private readonly connect: Connector;
  private readonly slots = new HostSlots(SENDS_PER_HOST);
  private readonly underWay = new Set<Promise<SendResult>>();
  private isClosed = false;

  constructor(options: GuardedSenderOptions) {
    const { allowPrivate, ports = PUBLIC_PORTS, connectTimeoutMs = 3_000, ca } = options;
    const resolve = options.resolve ?? (allowPrivate ? systemAddresses : dnsAddresses(connectTimeoutMs));
    this.policy = { allowPrivate, ports };
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.maxResponseBytes = options.maxResponseBytes ?? 65_536;
    this.connect = buildConnector({
      lookup: vettedLookup(resolve, allowPrivate),
      // With it Node asks the look-up for all addresses, so those that were vetted are those that are tried.
      autoSelectFamily: true,
      timeout: connectTimeoutMs,
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    });
  }

  /** Refuses at registration what could never be called. Throws AppError VALIDATION_FAILED for `body.callbackUrl`. */
  check(url: string): void {
    try {
      parseTarget(url, this.policy);
    } catch (error) {
      if (!(error instanceof RefusedTarget)) throw error;
      throw new AppError('VALIDATION_FAILED', 'The callback URL may not be called', {
        errors: [{ field: 'body.callbackUrl', message: error.message }],
      });
    }
  }

  /** One try, never repeated. Never rejects; any status is an answer, redirects included. */
  async send(outgoing: Outgoing): Promise<SendResult> {
    const sending = this.attempt(outgoing);
    this.underWay.add(sending);
    try {
      return await sending;
    } finally {
      this.underWay.delete(sending);
    }
  }

  /** Takes no more sends and waits for those under way, which are bounded in time. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.underWay);
  }

  private async attempt(outgoing: Outgoing): Promise<SendResult> {
    const startedAt = performance.now();
    const ms = () => Math.round(performance.now() - startedAt);
    if (this.isClosed) return { outcome: 'failed', reason: 'The sender is closed', ms: ms() };
    try {
      const url = parseTarget(outgoing.url, this.policy);
      const signal = AbortSignal.timeout(this.timeoutMs);
      const release = await this.slots.take(url.hostname, signal);
      try {
        return { outcome: 'answered', ...(await this.post(url, outgoing, signal)), ms: ms() };
      } finally {
        release();
      }
    } catch (error) {
      return { outcome: 'failed', reason: failureReason(error), ms: ms() };
    }
  }

  /** A connection of its own for every send, cut as soon as the answer is known: none is left to a receiver to hold open. */
  private async post(url: URL, { headers, body }: Outgoing, signal: AbortSignal) {
    const client = new Client(url.origin, { connect: this.connect, pipelining: 0 });
    try {
      const path = url.pathname + url.search;
      const answer = await client.request({ method: 'POST', path, headers, body, signal });
      // The status is the answer. The body is read so that an honest receiver can end its response, and thrown away.
      await answer.body.dump({ limit: this.maxResponseBytes, signal }).catch(() => undefined);
      const retryAfter = retryAfterSeconds(answer.headers['retry-after'], Date.now());
      return { status: answer.statusCode, ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }) };
    } finally {
      await client.destroy();
    }
  }
}
