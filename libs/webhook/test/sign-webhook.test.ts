import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { signWebhook } from '@polycloud/webhook';

const newWebhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const body = JSON.stringify({ type: 'process.succeeded', data: { text: 'Größe ✓' } });
const signed = (secrets: string[]) => signWebhook({ id: 'msg-1', timestamp: new Date(), body, secrets });

describe('signWebhook', () => {
  it('signs so that the official library verifies it', () => {
    const secret = newWebhookSecret();
    expect(new Webhook(secret).verify(body, signed([secret]))).toEqual(JSON.parse(body));
  });

  it('matches a published vector of Standard Webhooks', () => {
    const headers = signWebhook({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: new Date(1614265330_000),
      body: '{"test": 2432232314}',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('signs with the old and the new secret while one is rotated out', () => {
    const [old, next] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signed([next, old]);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of [old, next]) expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
  });

  it('does not verify with another secret or over another body', () => {
    const secret = newWebhookSecret();
    const headers = signed([secret]);
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
  });

  it('never lets a secret into the headers', () => {
    const secret = newWebhookSecret();
    expect(JSON.stringify(signed([secret]))).not.toContain(secret.slice('whsec_'.length));
  });

  it('refuses to sign with no secret at all', () => {
    expect(() => signed([])).toThrow(RangeError);
  });
});
