import { AppError } from '@polycloud/contracts';

export type Period = 'day' | 'week' | 'month';

const DAY_MS = 24 * 3600_000;
const MOST = 750;
/** How far back a series begins unless it is said: 30 days, 12 weeks, 12 months. */
const DAYS_BACK: Record<Period, number> = { day: 29, week: 11 * 7, month: 334 };

/** The first day (UTC, YYYY-MM-DD) of the period that the moment is in; weeks begin on Monday. */
export function startOf(period: Period, moment: Date): string {
  const day = new Date(Math.floor(moment.getTime() / DAY_MS) * DAY_MS);
  if (period === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  if (period === 'month') day.setUTCDate(1);
  return day.toISOString().slice(0, 10);
}

/** The first days of all periods from then until now, oldest first. VALIDATION_FAILED when they are too many. */
export function periodsSince(period: Period, from?: Date, now = new Date()): string[] {
  const last = startOf(period, now);
  const periods: string[] = [];
  let at = startOf(period, from ?? new Date(now.getTime() - DAYS_BACK[period] * DAY_MS));
  while (at <= last && periods.length <= MOST) {
    periods.push(at);
    at = after(period, at);
  }
  if (periods.length > 0 && periods.length <= MOST) return periods;
  throw new AppError('VALIDATION_FAILED', 'The series cannot be drawn', {
    errors: [{ field: 'query.from', message: `must lie in the past, at most ${MOST} periods back` }],
  });
}

function after(period: Period, start: string): string {
  const next = new Date(start);
  if (period === 'month') next.setUTCMonth(next.getUTCMonth() + 1);
  else next.setUTCDate(next.getUTCDate() + (period === 'week' ? 7 : 1));
  return next.toISOString().slice(0, 10);
}
