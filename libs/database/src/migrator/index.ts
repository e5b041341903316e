export { MigrationError } from './errors';
export { readChanges, type Change } from './change';
export { migrate, pendingChanges, type Applied, type Migration } from './migrate';
export { provision, type Provision } from './provision';
export { lintSql } from './lint';
export { snapshot } from './snapshot';
export { compareModels, type DefineModels } from './compare-models';
