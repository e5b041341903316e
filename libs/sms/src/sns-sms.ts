import type { PublishCommandInput, SNSClient, SNSClientConfig } from '@aws-sdk/client-sns';
import { SmsError, type SmsFailure, type SmsSender } from './sms-sender';

interface SnsSettings {
  region: string;
  /** The name that the recipient sees, where his country allows one: 1 to 11 letters and digits. */
  senderId?: string;
  /** Other address of SNS, for an emulator. */
  url?: string;
  /** Default: the usual chain (environment, profile, role of the machine). */
  credentials?: SNSClientConfig['credentials'];
}

const TIMEOUT_MS = 10_000;
const FAILURES: Record<string, SmsFailure> = {
  InvalidParameter: 'recipient',
  InvalidParameterValue: 'recipient',
  OptedOut: 'recipient',
  Throttled: 'transient',
  Throttling: 'transient',
  ThrottlingException: 'transient',
  InternalError: 'unknown',
  InternalFailure: 'unknown',
  ServiceUnavailable: 'unknown',
};

/** Amazon SNS, a text message published straight to a phone number. */
export class SnsSms implements SmsSender {
  private client?: SNSClient;

  constructor(private readonly settings: SnsSettings) {}

  async send(to: string, text: string): Promise<string> {
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    const { senderId } = this.settings;
    const message: PublishCommandInput = {
      PhoneNumber: to,
      Message: text,
      MessageAttributes: {
        'AWS.SNS.SMS.SMSType': attribute('Transactional'),
        ...(senderId && { 'AWS.SNS.SMS.SenderID': attribute(senderId) }),
      },
    };
    try {
      return await this.publish(message);
    } catch (cause) {
      throw asSmsError(cause);
    }
  }

  /** The SDK is loaded with the first message: who sends through another provider need not carry it. */
  private async publish(message: PublishCommandInput): Promise<string> {
    const { PublishCommand, SNSClient } = await import('@aws-sdk/client-sns');
    const { region, url, credentials } = this.settings;
    // One try: SNS cannot tell a repeated message from a second one.
    const once = { region, maxAttempts: 1, ...(url && { endpoint: url }), ...(credentials && { credentials }) };
    this.client ??= new SNSClient(once);
    const { MessageId } = await this.client.send(new PublishCommand(message), { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    return MessageId ?? '';
  }
}

function asSmsError(cause: unknown): SmsError {
  const { name, $metadata } = cause as { name: string; $metadata?: { httpStatusCode?: number } };
  const code = name.replace(/Exception$/, '');
  const status = $metadata?.httpStatusCode ?? 0;
  // Without an answer, or with a server's error, the message may be on its way all the same.
  const failure = FAILURES[code] ?? FAILURES[name] ?? (status >= 400 && status < 500 ? 'configuration' : 'unknown');
  return new SmsError(failure, 'sns', code, { cause });
}
