/** Sources run through SWC, libraries resolve to their sources, so a test needs no build. */
module.exports = {
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/{libs,services,emulators}/*/test/**/*.test.ts',
    '<rootDir>/emulators/test/**/*.test.ts',
    '<rootDir>/bin/*/test/**/*.test.js',
    '<rootDir>/test/**/*.test.ts',
  ],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.local', '<rootDir>/.local-test'],
  moduleNameMapper: {
    '^@polycloud/emulators$': '<rootDir>/emulators/src/index.ts',
    '^@polycloud/([a-z-]+)/([a-z-]+)$': '<rootDir>/libs/$1/src/$2',
    '^@polycloud/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
  },
  transform: {
    '^.+\\.m?[tj]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(uuid|sqs-consumer|httpxy)/)'],
  testTimeout: 20_000,
  // Most suites wait for servers most of the time, so each core gets one; a worker that has grown is begun anew.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
};
