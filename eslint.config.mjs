import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** A layer may import the layers it lists and nothing upward; what each may not touch is said once, here. */
const LAYERS = {
  routes: { refuses: ['bo', 'dao', 'models', 'service'], packages: ['sequelize', 'mysql2', 'joi'] },
  controllers: { refuses: ['routes', 'dao', 'models', 'service'], packages: ['sequelize', 'mysql2', 'express'] },
  bo: { refuses: ['routes', 'controllers', 'models'], packages: ['sequelize', 'mysql2', 'express'] },
  dao: { refuses: ['routes', 'controllers', 'bo', 'service'], packages: ['express'] },
  models: { refuses: ['routes', 'controllers', 'bo', 'dao', 'service'], packages: ['express'] },
  service: { refuses: ['routes', 'controllers', 'bo', 'dao', 'models'], packages: ['sequelize', 'mysql2', 'express'] },
};

/** SDKs and who alone may load them. */
const OWNED_PACKAGES = [
  {
    regex: '^(@aws-sdk/(client-s3|s3-request-presigner|client-sagemaker.*)|@azure/|@google-cloud/|google-auth-library|ibm-)',
    owner: 'libs/cloud',
  },
  { regex: '^@aws-sdk/client-(sns|sqs)', owner: 'libs/messaging' },
  { regex: '^@aws-sdk/client-kms', owner: 'libs/config' },
  { regex: '^(stripe|razorpay)$', owner: 'libs/payment' },
  { regex: '^(sequelize|mysql2)', owner: 'libs/database' },
  { regex: '^(undici|prom-client)(/|$)', owner: 'libs/lean' },
];

const layerOf = (name) => ({
  files: [`services/*/src/${name}/**/*.ts`, `libs/*/src/${name}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `(^|/)(${LAYERS[name].refuses.join('|')})(/|$)`,
            message: `The layer ${name} may not import this layer: route -> controller -> bo -> dao -> model, never back, never skipping.`,
          },
          { regex: `^(${LAYERS[name].packages.join('|')})(/|$)`, message: `The layer ${name} does not know this package.` },
          {
            regex: '@polycloud/[a-z-]+-service|services/',
            message: 'No service imports another: ask it over HTTP through its contract.',
          },
          ...ownedBut(name === 'dao' || name === 'models' ? ['libs/database'] : []),
        ],
      },
    ],
  },
});

function ownedBut(owners) {
  return OWNED_PACKAGES.filter(({ owner }) => !owners.includes(owner)).map(({ regex, owner }) => ({
    regex,
    message: `Only ${owner} loads this package.`,
  }));
}

const restricted = (files, owners) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '@polycloud/[a-z-]+-service|services/', message: 'No service imports another, and no library a service.' },
          ...ownedBut(owners),
        ],
      },
    ],
  },
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.local/**',
      '.local-test/**',
      'coverage/**',
      'reports/**',
      'data/**',
      'bench/comparators/nest/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['libs/*/tsconfig.json', 'services/*/tsconfig.json', 'emulators/tsconfig.json', 'tsconfig.tests.json'],
      },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only libs/config reads the environment; take the value from the typed configuration.',
        },
      ],
    },
  },
  restricted(['services/*/src/**/*.ts'], []),
  restricted(['libs/*/src/**/*.ts'], []),
  restricted(['libs/cloud/src/**/*.ts'], ['libs/cloud']),
  restricted(['libs/messaging/src/**/*.ts', 'libs/sms/src/**/*.ts'], ['libs/messaging']),
  // One object of S3 is read before anything else is there.
  restricted(['libs/config/src/**/*.ts'], ['libs/config', 'libs/cloud']),
  restricted(['libs/lean/src/**/*.ts'], ['libs/lean']),
  restricted(['libs/payment/src/**/*.ts'], ['libs/payment']),
  restricted(['libs/database/src/**/*.ts', 'libs/test-kit/src/**/*.ts'], ['libs/database']),
  ...Object.keys(LAYERS).map(layerOf),
  { files: ['libs/config/src/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['**/test/**/*.ts', 'libs/test-kit/src/**/*.ts', 'emulators/src/**/*.ts'],
    rules: {
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        [
          'require',
          'module',
          '__dirname',
          'process',
          'console',
          'Buffer',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'fetch',
          'AbortSignal',
          'URL',
          'performance',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { files: ['**/*.mjs'], languageOptions: { sourceType: 'module' } },
);
