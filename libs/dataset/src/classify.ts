const ZERO = 0x30;
const NINE = 0x39;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;

const isDigit = (code: number) => code >= ZERO && code <= NINE;
const isSign = (code: number) => code === PLUS || code === MINUS;

/** Whether a field text stands for a missing value. */
export function isNull(text: string): boolean {
  if (text.length > 4) return false;
  return text === '' || text === 'NA' || text === 'NaN' || text === 'null';
}

/** The value of an optional sign and digits within 2^53; NaN for any other text. */
export function integerOf(text: string): number {
  const first = isSign(text.charCodeAt(0)) ? 1 : 0;
  if (first === text.length) return NaN;
  for (let at = first; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return NaN;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  // 2^53 + 1 is no double and is read as 2^53 itself; only their last digits differ.
  return Math.abs(value) === 2 ** 53 && text.endsWith('2') ? value : NaN;
}

/** The value of a decimal with an optional exponent; NaN for any other text, also for one beyond the range of a double. */
export function numberOf(text: string): number {
  // Of the texts made of these characters, Number() reads exactly the decimals: no blanks, no hexadecimals, no Infinity.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isExponent = (code | 0x20) === 0x65;
    if (!isDigit(code) && !isSign(code) && code !== POINT && !isExponent) return NaN;
  }
  const value = text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : NaN;
}

/** 1 for true and 0 for false in any case; NaN for any other text. */
export function booleanOf(text: string): number {
  if (text.length !== 4 && text.length !== 5) return NaN;
  const word = text.toLowerCase();
  return word === 'true' ? 1 : word === 'false' ? 0 : NaN;
}
