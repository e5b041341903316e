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
  const scored = { rows: 0 };
  await cloud.write(key, scores(item, scored), { contentType: 'application/x-ndjson', signal });
  return { dataset: input.dataset, endpoint: input.endpoint, rows: scored.rows, predictions: [key] };
}

/** `{ row, prediction }` a line, in the order of the rows. */
async function* scores({ cloud, input, progress, signal }: ItemWork, scored: { rows: number }): AsyncGenerator<Uint8Array> {
  const { dataset, endpoint = '' } = input;
  const info = await cloud.head(dataset, signal);
  const rows = readRows(rangedChunks(cloud, { info, signal }), { dataset, format: formatOf(dataset, info.contentType) });
  for await (const chunk of chunksOf(rows, cloud.capabilities.maxSyncPayloadBytes * PAYLOAD_SHARE)) {
    const records = chunk.map(({ fields }) => modelRecordOf(fields));
    const { predictions } = await cloud.predict({ endpoint, records, signal });
    const lines = chunk.map(({ row }, at) => `${JSON.stringify({ row, prediction: predictions[at] })}\n`);
    scored.rows += lines.length;
    progress((chunk.at(-1)?.end ?? 0) / info.size);
    yield Buffer.from(lines.join(''));
  }
}

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
