import { PassThrough } from 'node:stream';
import { runInContext } from '@polycloud/context';
import { createLogger, traceCalls } from '@polycloud/logger';

class Model {
  static rows = 3;
  static count(): number {
    return this.rows;
  }
}

class Rows {
  #secret = 'hidden';
  readonly handler = () => this.count();
  constructor(private readonly model: typeof Model) {}
  count(): number {
    return this.model.count();
  }
  async twice(): Promise<number> {
    return Promise.resolve(this.count() * 2);
  }
  fail(password: string): never {
    throw new Error(`${password.length} characters of ${this.#secret.length}`);
  }
}

describe('traceCalls', () => {
  const lines: { message: string; function?: string; outcome?: string; requestId?: string }[] = [];
  const stream = new PassThrough().on('data', (line: Buffer) => lines.push(JSON.parse(line.toString())));
  const traced = (level: string) => {
    const rows = new Rows(Model);
    traceCalls({ rows }, createLogger({ service: 'test', level, stream }));
    return rows;
  };
  const seen = () =>
    lines.splice(0).map(({ message, function: name, outcome }) => [message, name, outcome].filter(Boolean).join(' '));

  it('logs entry and exit of methods, of calls through this, and of handlers, with the request id', async () => {
    const rows = traced('debug');
    expect(await runInContext({ requestId: 'r-1' }, () => rows.twice())).toBe(6);
    expect(new Set(lines.map(({ requestId }) => requestId))).toEqual(new Set(['r-1']));
    expect(seen()).toEqual(['entry rows.twice', 'entry rows.count', 'exit rows.count ok', 'exit rows.twice ok']);
    expect(rows.handler()).toBe(3);
    expect(seen()).toContain('entry rows.handler');
  });

  it('tells that a call failed, and never its arguments', () => {
    expect(() => traced('debug').fail('s3cret-password')).toThrow('15 characters of 6');
    expect(JSON.stringify(lines)).not.toContain('s3cret-password');
    expect(seen()).toEqual(['entry rows.fail', 'exit rows.fail Error']);
  });

  it('leaves the classes that an object holds as they are', () => {
    const rows = traced('debug');
    expect(Object.getOwnPropertyDescriptor(rows, 'model')?.value).toBe(Model);
    expect(rows.count()).toBe(3);
    seen();
  });

  it('wraps nothing where the level is off', () => {
    expect(Object.keys(traced('info'))).toEqual(Object.keys(new Rows(Model)));
    expect(seen()).toEqual([]);
  });
});
