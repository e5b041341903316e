export { changeRows } from './change-rows';
export { connectDatabase, type DatabaseSettings } from './connection';
export { destroyInParts } from './destroy-in-parts';
export { GroupCommit } from './group-commit';
export { insertRows } from './insert-rows';
export { decodeCursor, encodeCursor, type KeysetPage, type LastSeen, pageBefore, pageOfRows, sqlPageBefore } from './keyset';
export { selectPrepared } from './prepared';
export { checkDatabase } from './readiness';
export { asUnavailable, errorNumberOf, inTransaction, isDuplicateKey } from './transaction';
