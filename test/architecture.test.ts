import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What each layer must not do, planted each in a file of its own that exists; the linter has to catch every one. */
const planted: [name: string, file: string, code: string, rule: string][] = [
  [
    'a DAO that imports a BO',
    'services/order/src/dao/order.dao.ts',
    "import { OrderBo } from '../bo/order.bo';\nexport const x = OrderBo;\n",
    'no-restricted-imports',
  ],
  [
    'a BO that imports a controller',
    'services/order/src/bo/order.bo.ts',
    "import { OrderController } from '../controllers/order.controller';\nexport const x = OrderController;\n",
    'no-restricted-imports',
  ],
  [
    'a BO that skips to a model',
    'services/order/src/bo/process.bo.ts',
    "import { defineOrder } from '../models/order.model';\nexport const x = defineOrder;\n",
    'no-restricted-imports',
  ],
  [
    'a controller that skips to a DAO',
    'services/order/src/controllers/order.controller.ts',
    "import { OrderDao } from '../dao/order.dao';\nexport const x = OrderDao;\n",
    'no-restricted-imports',
  ],
  [
    'a route that skips to a BO',
    'services/order/src/routes/order.routes.ts',
    "import { OrderBo } from '../bo/order.bo';\nexport const x = OrderBo;\n",
    'no-restricted-imports',
  ],
  [
    'a model that imports a DAO',
    'services/order/src/models/order.model.ts',
    "import { OrderDao } from '../dao/order.dao';\nexport const x = OrderDao;\n",
    'no-restricted-imports',
  ],
  [
    'a BO that speaks SQL',
    'services/order/src/bo/fulfilment.bo.ts',
    "import { Op } from 'sequelize';\nexport const x = Op;\n",
    'no-restricted-imports',
  ],
  [
    'a service that imports another',
    'services/order/src/server.ts',
    "import { startUser } from '@polycloud/user-service';\nexport const x = startUser;\n",
    'no-restricted-imports',
  ],
  [
    'a cloud SDK outside libs/cloud',
    'services/tenant-data/src/bo/row.bo.ts',
    "import { S3Client } from '@aws-sdk/client-s3';\nexport const x = S3Client;\n",
    'no-restricted-imports',
  ],
  [
    'a reader of the environment outside the configuration',
    'services/order/src/bo/worker.bo.ts',
    "export const x = process.env['HOME'];\n",
    'no-restricted-properties',
  ],
  [
    'a promise that nobody waits for',
    'services/order/src/bo/callback.bo.ts',
    'const work = async () => Promise.resolve(1);\nwork();\n',
    '@typescript-eslint/no-floating-promises',
  ],
];

const LINT = `
import { ESLint } from 'eslint';
const eslint = new ESLint();
const found = [];
for (const { file, code } of JSON.parse(process.argv[1])) {
  const [result] = await eslint.lintText(code, { filePath: file });
  found.push(result.messages.map(({ ruleId, message }) => ruleId ?? message));
}
console.log(JSON.stringify(found));`;

describe('the linter', () => {
  let found: string[][];

  beforeAll(() => {
    // Where CI is set the parser would read the files from the disk instead of the planted text.
    const env = { ...process.env, TSESTREE_SINGLE_RUN: 'false' };
    const cases = JSON.stringify(planted.map(([, file, code]) => ({ file, code })));
    found = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', LINT, cases], {
        cwd: join(__dirname, '..'),
        env,
        encoding: 'utf8',
      }),
    );
  }, 300_000);

  it.each(planted.map(([name, , , rule], at) => ({ name, rule, at })))('catches $name', ({ rule, at }) => {
    expect(found[at]).toContain(rule);
  });
});
