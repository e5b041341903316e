import { literal } from 'sequelize';

/** The database's clock, not ours: instances may disagree about the time. */
export const now = literal('NOW(3)') as unknown as Date;

/** That many seconds from now, by the database's clock. */
export const inSeconds = (seconds: number) =>
  literal(`NOW(3) + INTERVAL ${Math.ceil(seconds * 1000)} * 1000 MICROSECOND`) as unknown as Date;
