export { ConsoleSms, type CaughtSms } from './console-sms';
export { SmsError, type SmsFailure, type SmsSender } from './sms-sender';
export { openSms, type SmsSettings } from './open-sms';
export { SnsSms } from './sns-sms';
export { TwilioSms } from './twilio-sms';
