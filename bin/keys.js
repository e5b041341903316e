'use strict';
/**
 * `npm run keys -- signing | encryption`: new keys for access tokens, or all that is stored sealed anew under the current key. Of the local
 * stack, unless APP_ENV or DATABASE_HOST says where: then the settings are those of the user service there.
 */
const { serviceEnvironment } = require('./local/environment');
const { runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { openStack } = require('./local/settings');
const { say } = require('./local/terminal');

async function keys() {
  const { APP_ENV = 'local', DATABASE_HOST } = process.env;
  if (APP_ENV === 'local' && !DATABASE_HOST)
    Object.assign(process.env, serviceEnvironment('user', openStack()), { LOG_LEVEL: 'warn' });
  const { rotateKeys } = require(inRoot('services', 'user', 'dist', 'rotate-keys'));
  say(await rotateKeys(process.argv.slice(2)));
}

runWord('keys', keys);
