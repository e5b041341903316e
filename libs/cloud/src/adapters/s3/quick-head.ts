import type { IncomingMessage } from 'node:http';
import type { S3 } from '@aws-sdk/client-s3';
import { LRUCache } from 'lru-cache';

/** A presigned URL is used for so long, milliseconds; it is good for longer, so that no clock needs to be exact. */
const USED_MS = 60_000;
export const GOOD_SECONDS = 15 * 60;
const MOST_KEYS = 1_000;

type Handler = S3['config']['requestHandler'];
type Question = Parameters<Handler['handle']>[0];
/** Of an answer, what HEAD can say. */
export type HeadFields = Record<string, string | undefined>;
/** What the handler for Node answers; the SDK's own type leaves it open. */
interface Answer {
  statusCode: number;
  headers: HeadFields;
  body: IncomingMessage;
}

/**
 * HEAD by presigned URLs that are kept for a minute: to put such a question together and sign it costs the SDK five times what
 * sending it does, and about an object that is read often it is asked very often. Goes the way of the client's own requests.
 */
export class QuickHead {
  private readonly questions = new LRUCache<string, Promise<Question>>({ max: MOST_KEYS, ttl: USED_MS });

  constructor(
    private readonly handler: Handler,
    private readonly sign: (key: string) => Promise<string>,
  ) {}

  /** The header of the answer; undefined for any answer but 200, of which the SDK makes more than we could. */
  async ask(key: string, abortSignal: AbortSignal): Promise<HeadFields | undefined> {
    const answered = await this.handler.handle(await this.questionAbout(key), { abortSignal });
    const { statusCode, headers, body } = answered.response as Answer;
    body.resume();
    if (statusCode === 200) return headers;
    this.questions.delete(key);
    return undefined;
  }

  private questionAbout(key: string): Promise<Question> {
    const known = this.questions.get(key);
    if (known) return known;
    const question = this.sign(key).then(questionTo);
    this.questions.set(key, question);
    question.catch(() => this.questions.delete(key));
    return question;
  }
}

/** The URL in the form that the SDK's handlers take. */
function questionTo(url: string): Question {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const address = { protocol, hostname, path: pathname + search, ...(port && { port: Number(port) }) };
  return { method: 'HEAD', ...address, query: {}, headers: { host } } as Question;
}
