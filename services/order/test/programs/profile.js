'use strict';
const { CloudFactory } = require('@polycloud/cloud');
const { profileWork } = require('../../dist/bo/fulfilment/profile-work');

const LONGEST_MS = 10 * 60_000;

/** Profiles a dataset of the given connection as the worker does, sends what it found, and stays until it is let go. */
async function main([connection, host, dataset]) {
  const cloud = await CloudFactory.for('AWS', JSON.parse(connection), { allowedEndpoints: [host] });
  const progress = () => undefined;
  process.send(await profileWork({ cloud, input: { dataset }, progress, signal: AbortSignal.timeout(LONGEST_MS) }));
}

process.once('message', () => process.exit(0));
void main(process.argv.slice(2));
