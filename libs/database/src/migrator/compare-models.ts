import type { Connection, RowDataPacket } from 'mysql2/promise';
import { TABLE_STYLE } from '../connection';
import { Sequelize, type Model, type ModelAttributeColumnOptions, type ModelStatic } from 'sequelize';
import { RECORD_TABLE } from './record';

/** A service's function that defines all its models on the given instance. */
export type DefineModels = (sequelize: Sequelize) => unknown;

interface Column {
  tableName: string;
  columnName: string;
  dataType: string;
  nullable: 'YES' | 'NO';
  columnKey: string;
}

// Sequelize's type -> the column types that hold it. MariaDB keeps JSON in a checked longtext.
const FAMILIES: Record<string, string[]> = {
  STRING: ['varchar'],
  CHAR: ['char'],
  UUID: ['char'],
  TEXT: ['text', 'tinytext', 'mediumtext', 'longtext'],
  BOOLEAN: ['tinyint'],
  TINYINT: ['tinyint'],
  SMALLINT: ['smallint'],
  MEDIUMINT: ['mediumint'],
  INTEGER: ['int'],
  BIGINT: ['bigint'],
  DECIMAL: ['decimal'],
  FLOAT: ['float'],
  'DOUBLE PRECISION': ['double'],
  DATE: ['datetime'],
  DATEONLY: ['date'],
  TIME: ['time'],
  ENUM: ['enum'],
  JSON: ['json', 'longtext'],
  BLOB: ['blob', 'tinyblob', 'mediumblob', 'longblob', 'varbinary', 'binary'],
};

/** Where the Sequelize models and the real columns of a schema differ; one line a difference, empty when they agree. */
export async function compareModels(admin: Connection, database: string, defineModels: DefineModels): Promise<string[]> {
  const sequelize = new Sequelize({ dialect: 'mysql', logging: false, define: TABLE_STYLE });
  defineModels(sequelize);
  const columns = await readColumns(admin, database);
  const models = Object.values(sequelize.models) as ModelStatic<Model>[];
  const modelled = new Set(models.map((model) => tableOf(model)));
  const unmodelled = new Set(columns.map(({ tableName }) => tableName).filter((table) => !modelled.has(table)));
  return [
    ...models.flatMap((model) => compareModel(model, columns)),
    ...[...unmodelled].map((table) => `table ${table} has no model`),
  ];
}

function compareModel(model: ModelStatic<Model>, columns: Column[]): string[] {
  const table = tableOf(model);
  const real = new Map(columns.filter(({ tableName }) => tableName === table).map((column) => [column.columnName, column]));
  if (real.size === 0) return [`model ${model.name}: there is no table ${table}`];
  const attributes = new Map(
    Object.values(model.getAttributes())
      .filter((attribute) => typeKeyOf(attribute) !== 'VIRTUAL')
      .map((attribute) => [String(attribute.field), attribute]),
  );
  return [
    ...[...attributes].flatMap(([name, attribute]) =>
      compareAttribute(attribute, real.get(name)).map((says) => `${table}.${name}: ${says}`),
    ),
    ...[...real.keys()]
      .filter((name) => !attributes.has(name))
      .map((name) => `${table}.${name}: the model ${model.name} has no such attribute`),
  ];
}

function compareAttribute(attribute: ModelAttributeColumnOptions, column: Column | undefined): string[] {
  if (!column) return ['the table has no such column'];
  const type = typeKeyOf(attribute);
  const primary = attribute.primaryKey === true;
  const nullable = !primary && attribute.allowNull !== false;
  const isPrimary = column.columnKey === 'PRI';
  const isNullable = column.nullable === 'YES';
  return [
    !FAMILIES[type]?.includes(column.dataType) && `the model says ${type}, the column is ${column.dataType}`,
    nullable !== isNullable &&
      `the model ${nullable ? 'allows' : 'refuses'} NULL, the column ${isNullable ? 'allows' : 'refuses'} it`,
    primary !== isPrimary &&
      `the model says it is ${primary ? '' : 'not '}in the primary key, the column ${isPrimary ? 'is' : 'is not'}`,
  ].filter((difference) => difference !== false);
}

async function readColumns(admin: Connection, database: string): Promise<Column[]> {
  const [rows] = await admin.query<RowDataPacket[]>(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName, DATA_TYPE AS dataType, IS_NULLABLE AS nullable, COLUMN_KEY AS columnKey
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME <> ? ORDER BY TABLE_NAME, ORDINAL_POSITION`,
    [database, RECORD_TABLE],
  );
  return rows as Column[];
}

function tableOf(model: ModelStatic<Model>): string {
  const table = model.getTableName();
  return typeof table === 'string' ? table : table.tableName;
}

function typeKeyOf({ type }: ModelAttributeColumnOptions): string {
  return typeof type === 'string' ? type : type.key;
}
