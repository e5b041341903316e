import { AppError } from '@polycloud/contracts';
import { dictionary } from '@zxcvbn-ts/language-common';

const common = new Set(dictionary.passwords);
const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** Refuses what attackers try first: the common passwords, and the user's own name or address. No rules of composition. */
export function requireUncommonPassword(password: string, owner: { name: string; email: string }): void {
  const folded = fold(password);
  const own = [owner.name, owner.email, owner.email.split('@')[0] ?? ''].map(fold);
  if (!common.has(folded) && !own.includes(folded)) return;
  throw new AppError('VALIDATION_FAILED', 'The password is too easy to guess', {
    errors: [{ field: 'body.password', message: 'is one of the most common passwords, or your own name or address' }],
    hint: 'Take a longer phrase of your own',
  });
}
