export { connectAsAdmin, testDatabase, type TestDatabase } from './database';
export { LargeDataset, peakMiB } from './large-dataset';
