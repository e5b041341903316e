/**
 * Why a message was not taken: the recipient can never get it, our account or configuration is refused, the provider may
 * take it later, or nobody knows whether it was taken.
 */
export type SmsFailure = 'recipient' | 'configuration' | 'transient' | 'unknown';

/** A provider did not take a message. Names the provider's own code, never the text or the number. */
export class SmsError extends Error {
  constructor(
    readonly failure: SmsFailure,
    readonly provider: string,
    readonly providerCode: string,
    options?: ErrorOptions,
  ) {
    super(`${provider} did not take the message: ${failure} (${providerCode})`, options);
    this.name = 'SmsError';
  }
}

/** Sends text messages. A message is never sent twice: providers have no key against it, so `unknown` is not tried again here. */
export interface SmsSender {
  /** `to` in E.164. Resolves to the provider's id once the message is accepted; throws SmsError. */
  send(to: string, text: string): Promise<string>;
}
