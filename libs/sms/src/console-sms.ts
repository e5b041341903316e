import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '@polycloud/logger';
import type { SmsSender } from './sms-sender';

/** A message that was caught instead of sent. */
export interface CaughtSms {
  id: string;
  to: string;
  text: string;
  sentAt: string;
}

const SHOWN = 50;

/** For development: shows each message in the log and keeps it in a file that all processes of the machine share. */
export class ConsoleSms implements SmsSender {
  constructor(
    private readonly file: string,
    private readonly logger: Logger,
  ) {}

  async send(to: string, text: string): Promise<string> {
    const message: CaughtSms = { id: randomUUID(), to, text, sentAt: new Date().toISOString() };
    this.logger.info(`SMS to ${to}: ${text}`);
    await mkdir(dirname(this.file), { recursive: true });
    await appendFile(this.file, `${JSON.stringify(message)}\n`, { mode: 0o600 });
    return message.id;
  }

  /** The last messages, newest first. */
  async caught(): Promise<CaughtSms[]> {
    const lines = await readFile(this.file, 'utf8').catch(() => '');
    const last = lines.split('\n').filter(Boolean).slice(-SHOWN).reverse();
    return last.map((line) => JSON.parse(line) as CaughtSms);
  }
}
