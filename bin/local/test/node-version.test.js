'use strict';
const { describe, expect, it } = require('@jest/globals');
const { isSupported } = require('../node-version');

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s is new enough', (version) => expect(isSupported(version)).toBe(true));
  it.each(['8.17.0', '18.20.8', '20.18.3'])('%s is too old', (version) => expect(isSupported(version)).toBe(false));
});
