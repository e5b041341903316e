type Row = Record<string, unknown>;

/** The model behind every endpoint: the sum of the numbers of a record, which a test can compute by itself. */
export function score(record: Row): number {
  const numbers = Object.values(record).map(Number).filter(Number.isFinite);
  return Number(numbers.reduce((sum, value) => sum + value, 0).toFixed(6));
}

/** Rows given as columns and values, as records. */
export function records(columns: readonly string[], rows: readonly unknown[][]): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
}

/** One score a line, for the lines of an NDJSON or CSV object. */
export function scoreLines(text: string, contentType: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const [header = '', ...rows] = lines;
  const rowsOf = () =>
    records(
      header.split(','),
      rows.map((row) => row.split(',')),
    );
  const parsed = contentType === 'text/csv' ? rowsOf() : lines.map((line) => JSON.parse(line) as Row);
  return parsed.map((record) => JSON.stringify({ prediction: score(record) })).join('\n') + '\n';
}
