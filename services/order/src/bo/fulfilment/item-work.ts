import type { CloudAdapter } from '@polycloud/cloud';
import type { Infer, WorkInput } from '@polycloud/contracts';

/** One item of an order, worked on in the user's cloud. */
export interface ItemWork {
  /** Lower-case letters, digits and dashes; names what this item alone writes, the same in every try. */
  id: string;
  cloud: CloudAdapter;
  input: Infer<typeof WorkInput> & { dataset: string };
  /** How much is done, 0 to 1. */
  progress: (fraction: number) => void;
  signal: AbortSignal;
}

/** Does the work of one item; its result is JSON of bearable size, what is large is written to the cloud. */
export type Work = (item: ItemWork) => Promise<unknown>;
