export { connectDatabase, type DatabaseSettings } from './connection';
export { decodeCursor, encodeCursor, type KeysetPage, type LastSeen, pageBefore, pageOfRows } from './keyset';
export { checkDatabase } from './readiness';
export { asUnavailable, errorNumberOf, inTransaction, isDuplicateKey } from './transaction';
