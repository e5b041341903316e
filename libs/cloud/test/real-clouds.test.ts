import { randomUUID } from 'node:crypto';
import { CloudFactory } from '@polycloud/cloud';
import type { Provider } from '@polycloud/contracts';
import { cloudConformance } from './conformance/conformance';
import type { Harness } from './conformance/harness';

const NOWHERE = `nowhere-${randomUUID()}`;

const S3 = { missingContainer: { bucket: NOWHERE }, wrongSecret: { secretAccessKey: 'not the secret' } };

/** What to change in a real connection to make it wrong; a Google key must still be a key, so its account is changed. */
const WRONG: Record<Provider, Pick<Harness, 'missingContainer' | 'wrongSecret'>> = {
  AWS: S3,
  AZURE: { missingContainer: { container: NOWHERE }, wrongSecret: { accountKey: Buffer.from('no').toString('base64') } },
  GOOGLE: { missingContainer: { bucket: NOWHERE }, wrongSecret: { clientEmail: 'nobody@example.iam.gserviceaccount.com' } },
  IBM: S3,
  S3COMPATIBLE: S3,
};

/** Removes what the suite left, by deleting the folder that all its prefixes lie in. */
async function clean({ provider, connection, allowedEndpoints }: Harness): Promise<void> {
  const cloud = await CloudFactory.for(provider, connection, { allowedEndpoints });
  for (const prefix of ['conformance/', 'apart/']) {
    for (let left = (await cloud.list({ prefix, limit: 1000 })).items; left.length > 0;) {
      await Promise.all(left.map(({ key }) => cloud.delete(key)));
      left = (await cloud.list({ prefix, limit: 1000 })).items;
    }
  }
  await cloud.close();
}

for (const provider of CloudFactory.providers) {
  const variable = `CLOUD_TEST_${provider}_CONNECTION`;
  const json = process.env[variable];
  if (!json) it.skip(`runs the conformance suite against the real ${provider}: ${variable} is not set`, () => undefined);
  else {
    const connection = JSON.parse(json) as Record<string, string>;
    const allowedEndpoints = connection.endpoint ? [new URL(connection.endpoint).host] : [];
    const harness: Harness = { provider, connection, allowedEndpoints, ...WRONG[provider], stop: () => clean(harness) };
    cloudConformance(`the real ${provider}`, () => Promise.resolve(harness), 'untested');
  }
}
