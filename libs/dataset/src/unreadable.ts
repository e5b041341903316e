/** A dataset that cannot be read as its format; the message names the dataset, the line, the reason and the mend. */
export class DatasetUnreadable extends Error {
  override readonly name = 'DatasetUnreadable';

  /** @param line where the offending row begins, counted from 1; absent when the dataset as a whole is at fault. */
  constructor(
    dataset: string,
    fault: Fault,
    readonly line?: number,
  ) {
    super(`Dataset "${dataset}"${line === undefined ? '' : `, line ${line}`}: ${fault.reason}. ${fault.mend}.`);
  }
}

/** What is wrong and what the owner of the dataset can do about it; clauses without a full stop. */
export interface Fault {
  reason: string;
  mend: string;
}
