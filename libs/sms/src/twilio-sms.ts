import { SmsError, type SmsFailure, type SmsSender } from './sms-sender';

interface TwilioSettings {
  accountSid: string;
  authToken: string;
  /** A number of ours (E.164), or the id of a messaging service (MG...). */
  from: string;
  /** Default: https://api.twilio.com */
  url?: string;
}

const TIMEOUT_MS = 10_000;
/** How long a code is worth delivering, seconds. */
const VALIDITY_SECONDS = 300;
// Not a mobile number, not reachable by us, or its owner has opted out.
const RECIPIENT = new Set([21211, 21408, 21610, 21612, 21614]);

/** Twilio Programmable Messaging, its REST interface of 2010-04-01. */
export class TwilioSms implements SmsSender {
  constructor(private readonly settings: TwilioSettings) {}

  async send(to: string, text: string): Promise<string> {
    const { accountSid, authToken, from, url = 'https://api.twilio.com' } = this.settings;
    const sender = from.startsWith('MG') ? 'MessagingServiceSid' : 'From';
    const form = { To: to, [sender]: from, Body: text, ValidityPeriod: String(VALIDITY_SECONDS) };
    const answer = await fetch(`${url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form).toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new SmsError('unknown', 'twilio', codeOf(cause), { cause });
    });
    return read(answer.status, (await answer.json().catch(() => ({}))) as TwilioAnswer);
  }
}

interface TwilioAnswer {
  sid?: string;
  status?: string | number;
  error_code?: number | null;
  code?: number;
}

function read(status: number, answer: TwilioAnswer): string {
  if (status === 201 && answer.sid && answer.status !== 'failed') return answer.sid;
  const code = answer.code ?? answer.error_code ?? status;
  throw new SmsError(status === 201 ? 'recipient' : failureOf(status, code), 'twilio', String(code));
}

function failureOf(status: number, code: number): SmsFailure {
  if (RECIPIENT.has(code)) return 'recipient';
  if (status === 429) return 'transient';
  // A server error may come after the message was queued.
  return status >= 500 ? 'unknown' : 'configuration';
}

/** The code of a failed connection, or what kind of error it is. */
function codeOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string }; name: string };
  return cause?.code ?? name;
}
