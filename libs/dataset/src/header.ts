import { DatasetUnreadable } from './unreadable';

/**
 * The column names of a CSV dataset, checked.
 * @throws DatasetUnreadable when a name is empty or comes twice: rows could not be told by name.
 */
export function columnsOf(dataset: string, { line, value: names }: { line: number; value: string[] }): string[] {
  const mend = 'Give each column a name of its own in the header row';
  const seen = new Set<string>();
  names.forEach((name, index) => {
    if (name === '') throw new DatasetUnreadable(dataset, { reason: `column ${index + 1} has no name`, mend }, line);
    if (seen.has(name)) throw new DatasetUnreadable(dataset, { reason: `the column name "${name}" comes twice`, mend }, line);
    seen.add(name);
  });
  return names;
}
