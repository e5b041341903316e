import { domainToASCII } from 'node:url';
import { AppError } from '@polycloud/contracts';

/** Scripts whose letters pass for Latin ones. */
const LOOK_ALIKES = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;

/**
 * What two spellings of one e-mail address have in common: compatibility forms (full width, ligatures), case, invisible
 * characters and accents on Latin letters are taken off, the domain is in its ASCII form. VALIDATION_FAILED for an
 * address that mixes Latin letters with ones that look like them, which only serves to impersonate.
 */
export function emailKey(email: string): string {
  const folded = foldCase(email.normalize('NFKC').replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\s]/gu, ''));
  const at = folded.lastIndexOf('@');
  const local = withoutAccents(folded.slice(0, at));
  const domain = domainToASCII(folded.slice(at + 1));
  if (at < 1 || local === '' || domain === '') throw refused('must be a valid email');
  if (/\p{Script=Latin}/u.test(local) && LOOK_ALIKES.test(local)) throw refused('mixes letters of scripts that look alike');
  return `${local}@${domain}`;
}

/** Upper case first, so that letters with only one case (ß, dotless i, long s) meet their relatives. */
const foldCase = (text: string) => text.toUpperCase().toLowerCase();

const withoutAccents = (text: string) =>
  text
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC');

const refused = (message: string) =>
  new AppError('VALIDATION_FAILED', 'The e-mail address cannot be used', { errors: [{ field: 'body.email', message }] });
