/**
 * Asks once for all who ask the same at the same time. Who comes while an answer is under way waits for the next one,
 * which is asked after he came; so no answer is older than its question, and a key has one call under way at most.
 */
export class SharedQuestion<T> {
  private readonly asked = new Map<string, { answer: Promise<T>; next?: Promise<T> }>();

  /** The answer of `question`, possibly as another asker with this key put it. Rejects as the question does. */
  ask(key: string, question: () => Promise<T>): Promise<T> {
    const running = this.asked.get(key);
    if (!running) return this.begin(key, question);
    running.next ??= settled(running.answer).then(() => this.asked.get(key)?.answer ?? this.begin(key, question));
    return running.next;
  }

  private begin(key: string, question: () => Promise<T>): Promise<T> {
    const answer = question().finally(() => this.asked.delete(key));
    this.asked.set(key, { answer });
    return answer;
  }
}

const settled = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined);
