import { formatOf, readRows, type Row } from '@polycloud/dataset';
import { rangedChunks } from '@polycloud/user-clouds';
import type { ItemWork } from './item-work';
import { modelRecordOf } from './model-record';

/** Rows of one call: few enough that a model answers within seconds. */
const MOST_ROWS = 200;
/** Of what one call may carry, since JSON is longer than the rows that it is made of. */
const PAYLOAD_SHARE = 1 / 4;

/** Scores the rows in chunks, while the dataset streams by and the scores stream out as NDJSON beside it: memory stays flat. */
export async function onlinePrediction(item: ItemWork): Promise<unknown> {
  const { cloud, input, id, signal } = item;
  const key = `predictions/${id}.ndjson`;
  const scoring = new Scoring(item);
  try {
    await cloud.write(key, scoring.lines(), { contentType: 'application/x-ndjson', signal });
  } catch (error) {
    // The writing only knows that it got no more to write.
    throw scoring.failure ?? error;
  }
  return { dataset: input.dataset, endpoint: input.endpoint, rows: scoring.rows, predictions: [key] };
}

/** The scores of one dataset, made while they are read. */
class Scoring {
  rows = 0;
  /** Why the scoring ended before its end. */
  failure: unknown;

  constructor(private readonly item: ItemWork) {}

  /** `{ row, prediction }` a line, in the order of the rows. */
  async *lines(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.scores();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  private async *scores(): AsyncGenerator<Uint8Array> {
    const { cloud, input, progress, signal } = this.item;
    const { dataset, endpoint = '' } = input;
    const info = await cloud.head(dataset, signal);
    const rows = readRows(rangedChunks(cloud, { info, signal }), { dataset, format: formatOf(dataset, info.contentType) });
    for await (const chunk of chunksOf(rows, cloud.capabilities.maxSyncPayloadBytes * PAYLOAD_SHARE)) {
      const records = chunk.map(({ fields }) => modelRecordOf(fields));
      const { predictions } = await cloud.predict({ endpoint, records, signal });
      this.rows += chunk.length;
      progress((chunk.at(-1)?.end ?? 0) / info.size);
      yield Buffer.from(chunk.map(({ row }, at) => `${JSON.stringify({ row, prediction: predictions[at] })}\n`).join(''));
    }
  }
}

/** Rows in order, as many together as one call may carry. */
async function* chunksOf(rows: AsyncIterable<Row>, mostBytes: number): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  let bytes = 0;
  for await (const row of rows) {
    const length = row.end - row.offset;
    if (chunk.length === MOST_ROWS || (chunk.length > 0 && bytes + length > mostBytes)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(row);
    bytes += length;
  }
  if (chunk.length > 0) yield chunk;
}
