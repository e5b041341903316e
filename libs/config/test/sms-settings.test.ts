import { readConfig, serviceSettings, smsSettings } from '@polycloud/config';
import Joi from 'joi';

const settings = Joi.object({ ...smsSettings.optional, ...smsSettings.filled, NODE_ENV: serviceSettings.filled.NODE_ENV });
const read = (environment: Record<string, string>) => () => readConfig(settings, environment);

describe('the driver of text messages', () => {
  it('is the console for development, where nothing is said', () => {
    expect(read({ NODE_ENV: 'development' })()).toMatchObject({ SMS_DRIVER: 'console' });
  });

  it('must be chosen for production, and cannot be the console', () => {
    expect(read({})).toThrow('SMS_DRIVER');
    expect(read({ NODE_ENV: 'production', SMS_DRIVER: 'console' })).toThrow('SMS_DRIVER');
    expect(read({ NODE_ENV: 'production', SMS_DRIVER: 'sns', SNS_REGION: 'eu-central-1' })()).toMatchObject({
      SMS_DRIVER: 'sns',
    });
  });

  it('needs the settings of its provider, and names those that are missing', () => {
    expect(read({ NODE_ENV: 'test', SMS_DRIVER: 'sns' })).toThrow('SNS_REGION');
    expect(read({ NODE_ENV: 'test', SMS_DRIVER: 'twilio' })).toThrow(/TWILIO_ACCOUNT_SID[^]*TWILIO_AUTH_TOKEN[^]*TWILIO_FROM/);
  });
});
