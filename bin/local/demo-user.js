'use strict';
const fs = require('node:fs');
const { ApiClient } = require('./client');
const { Failure } = require('./failure');
const { inRoot } = require('./layout');

const SAMPLE = 'taxis.csv';

/** Registers a user unless he is known. */
async function register(client, { name, email, password }) {
  await client.post('/user', { name, email, password }).catch((error) => {
    if (error.code !== 'EMAIL_TAKEN') throw error;
  });
}

/** A client that is logged in as the demo user, who is registered unless he is known, with his cloud at this stack's emulator. */
async function signIn({ gateway, clouds }, user, tell = () => {}) {
  const client = new ApiClient(gateway);
  tell(`Register ${user.email} unless he is known (POST /user)`);
  await register(client, { name: `Demo ${user.cloud}`, ...user });
  tell('Log in (POST /authentication)');
  const { data } = await client.post('/authentication', { email: user.email, password: user.password });
  client.accessToken = data.accessToken;
  tell(`Register the user's cloud: ${user.cloud} (PUT /user/cloud)`);
  await client.put('/user/cloud', { provider: user.cloud, ...clouds[user.cloud] });
  return client;
}

/** Sends the sample to the user's cloud straight, through a presigned URL; the services never see its bytes. */
async function uploadSample(client) {
  const body = fs.readFileSync(inRoot('data', SAMPLE));
  const contentType = 'text/csv';
  const { data } = await client.post('/data/upload-url', { key: SAMPLE, contentType, size: body.length });
  const response = await fetch(data.url, {
    method: data.method,
    headers: { 'content-type': contentType, ...data.headers },
    body,
  });
  if (!response.ok) {
    const reason = (await response.text()).slice(0, 300);
    throw new Failure(`The cloud refuses the upload of ${SAMPLE}: ${response.status} ${reason}`, 'npm run logs -- --lines 50');
  }
  return body.length;
}

/** Registers the administrator, and gives each demo user his cloud and the sample data, all at once. */
async function seed(stack) {
  const { admin, users } = stack.demo;
  await Promise.all([
    register(new ApiClient(stack.gateway), { name: 'Administrator', ...admin }),
    ...users.map(async (user) => uploadSample(await signIn(stack, user))),
  ]);
  return users.length + 1;
}

module.exports = { signIn, uploadSample, seed, SAMPLE };
