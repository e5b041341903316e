import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { AppError } from '@polycloud/contracts';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import type { Caller, ServiceCaller } from './caller';
import { tokenHeaderOf } from './token-header';

const TYPE = 'svc+jwt';
const LIFE_SECONDS = 120;
const LEEWAY_SECONDS = 30;
/** A token is used for calls of the same meaning for so long; what is left of its life is ample for the last of them. */
const REUSE_SECONDS = 60;
/** By the clock that the tokens themselves end by. */
const KEPT = { max: 5_000, ttlResolution: 0, perf: { now: () => Date.now() } };

const PEM = /-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g;

/**
 * Who a service is to the others: signs short tokens for one audience with its own key, and checks those of the
 * services that it trusts. Keys are PEM, EC P-256; a service that changes its key is trusted by two of them meanwhile.
 */
export class ServiceIdentity {
  private readonly key: KeyObject;
  private readonly trusted: ReadonlyMap<string, KeyObject[]>;
  /** Signing and checking take longer than all else of a short call. */
  private readonly issued = new LRUCache<string, string>({ ...KEPT, ttl: REUSE_SECONDS * 1000 });
  private readonly accepted = new LRUCache<string, ServiceCaller>(KEPT);

  constructor(
    readonly name: string,
    privateKey: string,
    trust: Record<string, string>,
  ) {
    this.key = createPrivateKey(privateKey);
    this.trusted = new Map(Object.entries(trust).map(([service, pems]) => [service, keysOf(pems)]));
  }

  /** A token for calls to `audience`, valid for a minute at least and two at most, saying on whose behalf they are made. */
  tokenFor(audience: string, onBehalfOf?: Caller): string {
    const claims = onBehalfOf && {
      obo: { userId: onBehalfOf.userId, roles: onBehalfOf.roles, cloud: onBehalfOf.cloud, sessionId: onBehalfOf.sessionId },
    };
    const meaning = JSON.stringify([audience, claims]);
    const known = this.issued.get(meaning);
    if (known) return known;
    const token = this.sign(audience, { ...claims });
    this.issued.set(meaning, token);
    return token;
  }

  private sign(audience: string, claims: object): string {
    return jwt.sign(claims, this.key, {
      algorithm: 'ES256',
      header: { alg: 'ES256', typ: TYPE, kid: this.name },
      issuer: `svc:${this.name}`,
      subject: `svc:${this.name}`,
      audience,
      expiresIn: LIFE_SECONDS,
    });
  }

  /** The calling service. Fails NOT_AUTHENTICATED for anything but a trusted service's own fresh token for this audience. */
  verify(token: string): ServiceCaller {
    const known = this.accepted.get(token);
    if (known) return known;
    const { typ, kid } = tokenHeaderOf(token) ?? {};
    const service = typ === TYPE && typeof kid === 'string' ? kid : undefined;
    if (service === undefined) throw refused();
    const claims = this.claimsOf(token, service);
    const obo = claims['obo'] as Omit<Caller, 'via'> | undefined;
    const caller: ServiceCaller = obo ? { service, onBehalfOf: { ...obo, via: service } } : { service };
    // Not beyond its end; in the seconds of leeway after that it is checked each time.
    const left = (claims.exp ?? 0) * 1000 - Date.now();
    if (left > 0) this.accepted.set(token, caller, { ttl: left });
    return caller;
  }

  private claimsOf(token: string, service: string): jwt.JwtPayload {
    let cause: unknown;
    for (const key of this.trusted.get(service) ?? []) {
      try {
        const claims = jwt.verify(token, key, {
          algorithms: ['ES256'],
          issuer: `svc:${service}`,
          subject: `svc:${service}`,
          clockTolerance: LEEWAY_SECONDS,
          maxAge: LIFE_SECONDS + LEEWAY_SECONDS,
        }) as jwt.JwtPayload;
        // Exactly one audience: a token for several could be carried on to another service.
        if (claims.aud === this.name) return claims;
      } catch (error) {
        cause = error;
      }
    }
    throw refused(cause);
  }

  /** Whether a token claims to be a service's; nothing is verified. */
  static isServiceToken(token: string): boolean {
    return tokenHeaderOf(token)?.['typ'] === TYPE;
  }
}

/** One or several keys in one text. What is none at all is refused by the parser. */
const keysOf = (pems: string) => (pems.match(PEM) ?? [pems]).map((pem) => createPublicKey(pem));

/** The scope tells a peer's client that its own identity was refused, not the user's. */
const refused = (cause?: unknown) =>
  new AppError('NOT_AUTHENTICATED', 'The service token is not valid', {
    cause,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token", scope="service"' },
  });
