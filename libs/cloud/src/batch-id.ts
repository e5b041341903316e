import { keyDefect } from './object-key';

/** What a batch id carries, so that any process can follow the job without having kept anything. */
interface Batch {
  /** The provider's own id. */
  job: string;
  /** Folder of the results, relative to the user's prefix. */
  output: string;
}

export const encodeBatchId = ({ job, output }: Batch): string => Buffer.from(JSON.stringify([job, output])).toString('base64url');

/** The batch, or undefined when the id is not one of ours. */
export function decodeBatchId(id: string): Batch | undefined {
  try {
    const [job, output] = JSON.parse(Buffer.from(id, 'base64url').toString('utf8')) as [unknown, unknown];
    const ours = typeof job === 'string' && job !== '' && typeof output === 'string' && keyDefect(output) === undefined;
    return ours ? { job, output } : undefined;
  } catch {
    return undefined;
  }
}
