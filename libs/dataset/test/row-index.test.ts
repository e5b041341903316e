import { RowIndex } from '../src';
import { rowsOf } from './bytes';

const CSV = `n,text\n${Array.from({ length: 57 }, (_, row) => `${row},"${'\n'.repeat(row % 3)}ö"\n`).join('')}`;

describe('RowIndex', () => {
  it('brings each row within reach of a ranged read, after a trip through JSON', async () => {
    const index = new RowIndex(10);
    const rows = await rowsOf(CSV, { index });
    const restored = RowIndex.from(JSON.parse(JSON.stringify(index)) as ReturnType<RowIndex['toJSON']>);
    for (const wanted of rows) {
      const start = restored.nearest(wanted.row);
      expect(wanted.row - start.row).toBeLessThan(10);
      const read = await rowsOf(Buffer.from(CSV).subarray(start.offset), { start, index: restored });
      expect(read[wanted.row - start.row]).toEqual(wanted);
    }
  });

  it('knows the beginning before anything was read', () => {
    expect(new RowIndex().nearest(5000)).toEqual({ row: 0, offset: 0, line: 1 });
  });

  it('gives the last checkpoint for rows beyond what was read', async () => {
    const index = new RowIndex(10);
    await rowsOf(CSV, { index });
    expect(index.nearest(1_000_000).row).toBe(50);
  });

  it('doubles its distance rather than outgrow its limit', () => {
    const index = new RowIndex(1, 8);
    for (let row = 0; row < 1000; row++) index.add({ row, offset: row * 5, line: row + 2 });
    const { every, places } = index.toJSON();
    expect(every).toBe(128);
    expect(places).toHaveLength(8);
    expect(index.nearest(700)).toEqual({ row: 640, offset: 3200, line: 642 });
  });

  it('grows on when reading goes on from a checkpoint, and notes nothing beyond a gap', () => {
    const index = new RowIndex(10);
    index.add({ row: 0, offset: 7, line: 2 });
    index.add({ row: 20, offset: 70, line: 22 });
    expect(index.nearest(25).row).toBe(0);
    index.add({ row: 10, offset: 37, line: 12 });
    index.add({ row: 0, offset: 999, line: 2 });
    expect(index.nearest(25)).toEqual({ row: 10, offset: 37, line: 12 });
    expect(index.nearest(3).offset).toBe(7);
  });
});
