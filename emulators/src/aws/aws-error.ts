/** A refusal in the words of the emulated service; each protocol renders it in its own shape. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    /** Further elements of the answer, such as the key that was missing. */
    readonly details: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'AwsError';
  }
}

/** An injected fault: the work is done and kept, and the connection breaks before the answer. */
export class AnswerLost extends Error {}
