'use strict';
// Loaded first by every word, so it keeps to syntax that any Node parses: an old one gets a sentence instead of a SyntaxError.
var MINIMUM = [20, 19];

function isSupported(version) {
  var parts = version.split('.').map(Number);
  return parts[0] > MINIMUM[0] || (parts[0] === MINIMUM[0] && parts[1] >= MINIMUM[1]);
}

if (!isSupported(process.versions.node)) {
  console.error('Node ' + process.versions.node + ' is too old: ' + MINIMUM.join('.') + ' or newer is needed.');
  console.error('  Mend: install it from https://nodejs.org or with a version manager (nvm install 20), then try again.');
  process.exit(1);
}

module.exports = { isSupported: isSupported, MINIMUM: MINIMUM.join('.') };
