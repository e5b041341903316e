/** A bearer token and when it ends, in milliseconds since 1970. */
export interface Token {
  value: string;
  expiresAt: number;
}

/** Renewed when less than this is left, so that no request travels with a token about to end. */
const MARGIN_MS = 5 * 60_000;

/** One login for all calls: concurrent ones share a request for a token, and a failing renewal keeps one that is still good. */
export class TokenCache {
  private token?: Token;
  private pending?: Promise<Token>;

  constructor(
    private readonly issue: () => Promise<Token>,
    private readonly now: () => number,
  ) {}

  async get(): Promise<string> {
    if (this.token && this.left(this.token) > MARGIN_MS) return this.token.value;
    const current = this.token;
    this.pending ??= this.issue().finally(() => (this.pending = undefined));
    try {
      this.token = await this.pending;
    } catch (error) {
      if (!current || this.left(current) <= 0) throw error;
    }
    return (this.token ?? current)?.value ?? '';
  }

  /** Forgets a token that was refused; false when there is none. */
  drop(): boolean {
    const had = this.token !== undefined;
    this.token = undefined;
    return had;
  }

  private left({ expiresAt }: Token): number {
    return expiresAt - this.now();
  }
}
