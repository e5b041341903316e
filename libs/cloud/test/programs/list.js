'use strict';
const { CloudFactory } = require('@polycloud/cloud');

/** Lists once with the connection in its arguments, and ends when nothing is left to be done. */
async function main([provider, connection, host]) {
  const cloud = await CloudFactory.for(provider, JSON.parse(connection), { allowedEndpoints: [host], baseDelayMs: 1 });
  const { items } = await cloud.list();
  await cloud.close();
  console.log(items.length);
}

void main(process.argv.slice(2));
