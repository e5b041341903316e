const MAX_MESSAGE = 300;

/** The values that no message may show. */
export class Secrets {
  constructor(private readonly values: readonly string[]) {}

  /** The text without secrets, bearer tokens and the queries of URLs, cut to a length fit for a log line. */
  blot(text: string): string {
    const bare = this.values.reduce((left, secret) => left.replaceAll(secret, '***'), text);
    return bare
      .replace(/(https?:\/\/[^\s?"'<>]+)\?[^\s"'<>]*/g, '$1?***')
      .replace(/((?:bearer|sharedkey)[\s=:]+|(?:signature|sig)\s*[=:]\s*)[^\s&"',;]+/gi, '$1***')
      .slice(0, MAX_MESSAGE);
  }
}
