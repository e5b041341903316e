export { connectDatabase, type DatabaseSettings } from './connection';
export { destroyInParts } from './destroy-in-parts';
export { GroupCommit } from './group-commit';
export { changeRows, insertRows, updateRows } from './written-rows';
export { decodeCursor, encodeCursor, type KeysetPage, type LastSeen, pageBefore, pageOfRows, sqlPageBefore } from './keyset';
export { changePrepared, columnsOf, selectPrepared } from './prepared';
export { checkDatabase } from './readiness';
export { asUnavailable, errorNumberOf, inTransaction, isDuplicateKey } from './transaction';
