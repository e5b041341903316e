import { AwsError } from '../aws-error';

/** The parameters of the query protocol, whose lists and maps are spelled out in dotted names. */
export class Form {
  constructor(private readonly params: readonly (readonly [string, string])[]) {}

  optional(name: string): string | undefined {
    return this.params.find(([key]) => key === name)?.[1];
  }

  /** @throws AwsError InvalidParameter */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new AwsError('InvalidParameter', 400, `Invalid parameter: ${name}`);
    return value;
  }

  /** The items of `prefix.1`, `prefix.2` and so on, each with the names that follow. */
  items(prefix: string): Form[] {
    const items = new Map<number, [string, string][]>();
    for (const [key, value] of this.params) {
      const [, index, rest = ''] = key.startsWith(`${prefix}.`)
        ? (/^(\d+)(?:\.(.*))?$/.exec(key.slice(prefix.length + 1)) ?? [])
        : [];
      if (index === undefined) continue;
      const item = items.get(Number(index)) ?? [];
      item.push([rest, value]);
      items.set(Number(index), item);
    }
    return [...items].sort(([a], [b]) => a - b).map(([, params]) => new Form(params));
  }

  /** A map of text to text, `prefix.entry.1.key` and `prefix.entry.1.value`. */
  map(prefix: string): Record<string, string> {
    return Object.fromEntries(this.items(`${prefix}.entry`).map((item) => [item.required('key'), item.required('value')]));
  }
}
