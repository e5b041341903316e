import type { Encryption } from '@polycloud/encryption';
import { type SealedColumn, sealedColumns, type SealedTextDao } from '../dao/sealed-text.dao';
import { connectionContext } from './cloud.bo';
import { privateKeyContext } from './signing-keys';
import { settingsContext } from './user-settings';

const CONTEXTS: Record<SealedColumn, (id: string) => string> = {
  settings: settingsContext,
  connection: connectionContext,
  privateKey: privateKeyContext,
};

/** Seals again, with the current key, what was sealed with an older one; meanwhile both are readable. */
export class ReencryptionBo {
  constructor(
    private readonly texts: SealedTextDao,
    private readonly encryption: Encryption,
  ) {}

  /** Everything; gives how many texts it was. May be broken off and run again. */
  async run(): Promise<number> {
    let count = 0;
    for (const column of sealedColumns) count += await this.runColumn(column);
    return count;
  }

  private async runColumn(column: SealedColumn): Promise<number> {
    let count = 0;
    for (let after = ''; ;) {
      const outdated = await this.texts.outdated(column, this.encryption.head, after);
      for (const text of outdated) {
        const context = CONTEXTS[column](text.id);
        await this.texts.replace(text, this.encryption.seal(this.encryption.open(text.sealed, context), context));
      }
      count += outdated.length;
      const last = outdated.at(-1);
      if (!last) return count;
      after = last.id;
    }
  }
}
