import { AppError } from '@polycloud/contracts';

let common: Promise<Set<string>> | undefined;
const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** Refuses what attackers try first: the common passwords, and the user's own name or address. No rules of composition. */
export async function requireUncommonPassword(password: string, owner: { name: string; email: string }): Promise<void> {
  const folded = fold(password);
  const own = [owner.name, owner.email, owner.email.split('@')[0] ?? ''].map(fold);
  if (!(await (common ??= loadCommon())).has(folded) && !own.includes(folded)) return;
  throw new AppError('VALIDATION_FAILED', 'The password is too easy to guess', {
    errors: [{ field: 'body.password', message: 'is one of the most common passwords, or your own name or address' }],
    hint: 'Take a longer phrase of your own',
  });
}

/** Loaded with the first password that somebody chooses, not with the service. */
async function loadCommon(): Promise<Set<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary.passwords);
}
