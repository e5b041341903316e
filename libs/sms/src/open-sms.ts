import type { Logger } from '@polycloud/logger';
import { ConsoleSms } from './console-sms';
import type { SmsSender } from './sms-sender';
import { SnsSms } from './sns-sms';
import { TwilioSms } from './twilio-sms';

/** The settings of the environment that say how text messages go. */
export interface SmsSettings {
  SMS_DRIVER: 'console' | 'twilio' | 'sns';
  SMS_OUTBOX_FILE: string;
  SMS_ENDPOINT_URL?: string;
  SMS_SENDER_ID?: string;
  SNS_REGION?: string;
  TWILIO_ACCOUNT_SID?: string;
  TWILIO_AUTH_TOKEN?: string;
  TWILIO_FROM?: string;
}

/** The sender that SMS_DRIVER names. */
export function openSms(settings: SmsSettings, logger: Logger): SmsSender {
  const { SMS_DRIVER, SMS_ENDPOINT_URL: url, SMS_SENDER_ID: senderId } = settings;
  const { SNS_REGION: region = '', TWILIO_ACCOUNT_SID: accountSid = '', TWILIO_AUTH_TOKEN: authToken = '' } = settings;
  if (SMS_DRIVER === 'twilio')
    return new TwilioSms({ accountSid, authToken, from: settings.TWILIO_FROM ?? '', ...(url && { url }) });
  if (SMS_DRIVER === 'sns') return new SnsSms({ region, ...(url && { url }), ...(senderId && { senderId }) });
  return new ConsoleSms(settings.SMS_OUTBOX_FILE, logger);
}
