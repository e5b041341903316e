import { AwsError } from '../aws-error';

interface Bounds {
  min: number;
  max: number;
  fallback: number;
}

/** The members of a request, read with their types. @throws AwsError when one is missing or out of its range */
export class Input {
  constructor(private readonly members: Record<string, unknown>) {}

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}.`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw invalid(name, 'It must be a string.');
    return value;
  }

  integer(name: string, { min, max, fallback }: Bounds): number {
    return boundedInteger(name, this.members[name] ?? fallback, { min, max });
  }

  texts(name: string): string[] {
    const value = this.members[name] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
      throw invalid(name, 'It must be a list of strings.');
    return value;
  }

  map<Value>(name: string): Record<string, Value> {
    const value = this.members[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw invalid(name, 'It must be a map.');
    return value as Record<string, Value>;
  }

  /** The entries of a batch, each with an id of its own. */
  entries(): Input[] {
    const value = this.members.Entries;
    if (!Array.isArray(value) || value.length === 0) {
      throw new AwsError('EmptyBatchRequest', 400, 'There should be at least one entry in the request.');
    }
    if (value.length > 10)
      throw new AwsError('TooManyEntriesInBatchRequest', 400, 'Maximum number of entries per request are 10.');
    const entries = value.map((entry) => new Input(entry as Record<string, unknown>));
    const ids = entries.map((entry) => entry.text('Id'));
    if (new Set(ids).size < ids.length) throw new AwsError('BatchEntryIdsNotDistinct', 400, 'Two entries share an Id.');
    if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
      throw new AwsError(
        'InvalidBatchEntryId',
        400,
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores.',
      );
    }
    return entries;
  }
}

export function boundedInteger(name: string, value: unknown, { min, max }: { min: number; max: number }): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(name, `Must be between ${min} and ${max}, if provided.`);
}

export function invalid(name: string, reason: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, `Value for parameter ${name} is invalid. Reason: ${reason}`);
}
