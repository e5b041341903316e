export { connectAsAdmin, testDatabase, type TestDatabase } from './database';
