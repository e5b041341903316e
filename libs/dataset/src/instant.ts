const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const COLON = 0x3a;
const DASH = 0x2d;
const PLUS = 0x2b;

/**
 * The instant of an ISO 8601 calendar date (`2024-02-29`) or date-time (`2024-02-29T12:00[:00[.5]][Z|+03[:00]]`, a blank
 * instead of the T allowed) in milliseconds since 1970, UTC where no zone is given; NaN for any other text.
 */
export function instantOf(text: string): number {
  const midnight = midnightOf(text);
  if (text.length === 10 || Number.isNaN(midnight)) return midnight;
  const separator = text[10];
  if (separator !== 'T' && separator !== ' ') return NaN;
  const zoneAt = zoneStart(text);
  return midnight + timeOf(text, zoneAt) - zoneOffset(text, zoneAt);
}

/** The number in the two digits at `at`, if it is at most `max`; else NaN. */
function twoDigits(text: string, at: number, max: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  const value = tens * 10 + ones;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && value <= max ? value : NaN;
}

function midnightOf(text: string): number {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return NaN;
  const year = twoDigits(text, 0, 99) * 100 + twoDigits(text, 2, 99);
  const month = twoDigits(text, 5, 12);
  const day = twoDigits(text, 8, 31);
  if (!(month >= 1 && day >= 1 && day <= daysIn(year, month))) return NaN;
  return daysSince1970(year, month, day) * DAY;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Days of the proleptic Gregorian calendar; Date.UTC would take the years 0 to 99 for 1900 to 1999. */
function daysSince1970(year: number, month: number, day: number): number {
  // Counted in years that begin in March, the leap day comes last.
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((marchMonth * 153 + 2) / 5) + day - 719_469;
}

function zoneStart(text: string): number {
  if (text.endsWith('Z')) return text.length - 1;
  for (let at = 11; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PLUS || code === DASH) return at;
  }
  return text.length;
}

/** Milliseconds since midnight of hh:mm[:ss[.fraction]] between the separator and the zone. */
function timeOf(text: string, end: number): number {
  const minutes = twoDigits(text, 11, 23) * 60 + twoDigits(text, 14, 59);
  if (text.charCodeAt(13) !== COLON) return NaN;
  if (end === 16) return minutes * MINUTE;
  if (text.charCodeAt(16) !== COLON || end < 19) return NaN;
  const millis = minutes * MINUTE + twoDigits(text, 17, 59) * 1000;
  return end === 19 ? millis : millis + fractionOf(text, end);
}

/** Milliseconds of the fraction of a second that stands from place 19 to `end`. */
function fractionOf(text: string, end: number): number {
  if ((text[19] !== '.' && text[19] !== ',') || end === 20) return NaN;
  let millis = 0;
  let unit = 100;
  for (let at = 20; at < end; at++, unit /= 10) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return NaN;
    millis += digit * unit;
  }
  return millis;
}

/** Milliseconds by which Z, +hh, +hhmm or +hh:mm at `at` is ahead of UTC; 0 where nothing stands. */
function zoneOffset(text: string, at: number): number {
  const length = text.length - at;
  if (length <= 1) return length === 0 || text[at] === 'Z' ? 0 : NaN;
  if (length !== 3 && length !== 5 && !(length === 6 && text.charCodeAt(at + 3) === COLON)) return NaN;
  const minutes = twoDigits(text, at + 1, 23) * 60 + (length === 3 ? 0 : twoDigits(text, text.length - 2, 59));
  return (text.charCodeAt(at) === DASH ? -minutes : minutes) * MINUTE;
}
