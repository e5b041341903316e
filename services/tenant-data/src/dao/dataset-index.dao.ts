import { createHash } from 'node:crypto';
import { RowIndex, type SerializedRowIndex } from '@polycloud/dataset';
import type { Models } from '../models';

/** One version of a user's dataset. */
export interface DatasetVersion {
  userId: string;
  dataset: string;
  version: string;
}

/** A thousand rows are skipped in no time; four thousand places are some 70 kB of JSON. */
const ROWS_BETWEEN_PLACES = 1000;
const MOST_PLACES = 4000;

/** Where rows begin in datasets, as far as they have been read. */
export class DatasetIndexDao {
  constructor(private readonly models: Models) {}

  /** What is known of this version; an empty index when it was not read yet. */
  async find({ userId, dataset, version }: DatasetVersion): Promise<RowIndex> {
    const where = { userId, datasetHash: hashOf(dataset), version };
    const row = await this.models.datasetIndexes.findOne({ where, raw: true });
    return row
      ? RowIndex.from(JSON.parse(row.places) as SerializedRowIndex, MOST_PLACES)
      : new RowIndex(ROWS_BETWEEN_PLACES, MOST_PLACES);
  }

  /** Keeps the index in the place of that of any other version. */
  async save({ userId, dataset, version }: DatasetVersion, index: RowIndex): Promise<void> {
    const serialized = index.toJSON();
    await this.models.datasetIndexes.upsert({
      userId,
      datasetHash: hashOf(dataset),
      version,
      rowsKnown: serialized.places.length * serialized.every,
      places: JSON.stringify(serialized),
      updatedAt: new Date(),
    });
  }

  async remove(userId: string, dataset: string): Promise<void> {
    await this.models.datasetIndexes.destroy({ where: { userId, datasetHash: hashOf(dataset) } });
  }
}

const hashOf = (dataset: string) => createHash('sha256').update(dataset).digest('hex');
