export { connectDatabase, type DatabaseSettings } from './connection';
export { decodeCursor, encodeCursor, pageOfRows } from './keyset';
export { checkDatabase } from './readiness';
export { asUnavailable, errorNumberOf, inTransaction, isDuplicateKey } from './transaction';
