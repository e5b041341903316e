'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { generateKeyPairSync, randomBytes } = require('node:crypto');
const { readJson, writeJson } = require('./layout');
const { SERVICES, DATABASE_OWNERS } = require('./parts');

const random = (bytes) => randomBytes(bytes).toString('base64url');

/** Where the secrets of a stack lie. */
function secretFiles(dir) {
  return {
    values: path.join(dir, 'secrets', 'values.json'),
    trust: path.join(dir, 'secrets', 'trust.json'),
    encryptionKeys: path.join(dir, 'secrets', 'encryption-keys.json'),
    serviceKey: (service) => path.join(dir, 'secrets', `${service}.key.pem`),
  };
}

/** Makes every secret that is not there yet; what exists is never replaced, because stored data depends on it. */
function makeSecrets(dir) {
  const files = secretFiles(dir);
  fs.mkdirSync(path.dirname(files.values), { recursive: true, mode: 0o700 });
  const values = { ...newValues(), ...readJson(files.values) };
  writeJson(files.values, values);
  if (!fs.existsSync(files.encryptionKeys)) {
    const id = new Date().toISOString().slice(0, 10);
    writeJson(files.encryptionKeys, { current: id, keys: { [id]: randomBytes(32).toString('base64') } });
  }
  makeServiceKeys(files);
  return values;
}

function newValues() {
  return {
    databasePasswords: Object.fromEntries(DATABASE_OWNERS.map((service) => [service, random(24)])),
    platform: { accessKeyId: 'POLYCLOUDPLATFORM', secretAccessKey: random(30) },
    tenants: { accessKeyId: 'POLYCLOUDTENANTS', secretAccessKey: random(30) },
    azure: { accountName: 'polyclouddemo', accountKey: randomBytes(64).toString('base64') },
    googleKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    scoringKey: random(24),
    ibmApiKey: random(33),
    sandboxSecretKey: `sk_sandbox_${random(24)}`,
    sandboxWebhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
    demoPassword: `demo-${random(9)}`,
    admin: { email: 'admin@polycloud.example', password: `admin-${random(12)}` },
  };
}

/** Each service proves itself to the others with a key of its own; all know all public keys. */
function makeServiceKeys(files) {
  const trust = readJson(files.trust) ?? {};
  for (const service of SERVICES) {
    if (trust[service] && fs.existsSync(files.serviceKey(service))) continue;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    fs.writeFileSync(files.serviceKey(service), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    trust[service] = publicKey.export({ type: 'spki', format: 'pem' });
  }
  writeJson(files.trust, trust);
}

/** The secrets of a stack that was started before. */
const readSecrets = (dir) => readJson(secretFiles(dir).values);

module.exports = { makeSecrets, readSecrets, secretFiles };
