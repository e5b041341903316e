import { testDatabase, connectAsAdmin, type TestDatabase } from '@polycloud/test-kit';
import type { Connection } from 'mysql2/promise';
import { DataTypes, type ModelAttributes, type Sequelize } from 'sequelize';
import { compareModels, snapshot } from '../src/migrator';
import { LIBRARY } from './scratch';

const id = { type: DataTypes.UUID, primaryKey: true };
const AUTHOR: ModelAttributes = {
  id,
  name: { type: DataTypes.STRING(200), allowNull: false },
  createdAt: { type: DataTypes.DATE(3), allowNull: false, field: 'created_at' },
  initials: DataTypes.VIRTUAL,
};
const BOOK: ModelAttributes = {
  id,
  authorId: { type: DataTypes.CHAR(36), allowNull: false, field: 'author_id' },
  title: { type: DataTypes.STRING(200), allowNull: false },
  pages: DataTypes.INTEGER.UNSIGNED,
  onLoan: { type: DataTypes.BOOLEAN, allowNull: false, field: 'on_loan' },
  labels: { type: DataTypes.JSON, allowNull: false },
};
const define = (sequelize: Sequelize, name: string, attributes: ModelAttributes) =>
  sequelize.define(name, attributes, { tableName: `${name.toLowerCase()}s`, timestamps: false });

describe('the checks of a schema', () => {
  let db: TestDatabase;
  let admin: Connection;
  beforeAll(async () => {
    db = await testDatabase('library', LIBRARY);
    admin = await connectAsAdmin();
  });
  afterAll(async () => {
    await admin.end();
    await db.close();
  });

  const differences = (author: ModelAttributes, book: ModelAttributes) =>
    compareModels(admin, db.database, (sequelize) => [define(sequelize, 'Author', author), define(sequelize, 'Book', book)]);

  it('find nothing when models and columns agree', async () => {
    expect(await differences(AUTHOR, BOOK)).toEqual([]);
  });

  it('name every difference between models and columns', async () => {
    const { labels: _labels, ...rest } = BOOK;
    const spoilt: ModelAttributes = {
      ...rest,
      title: { type: DataTypes.STRING, allowNull: true },
      pages: DataTypes.BIGINT,
      authorId: { type: DataTypes.CHAR(36), primaryKey: true, field: 'author_id' },
      shelf: DataTypes.INTEGER,
    };
    expect(await differences(AUTHOR, spoilt)).toEqual([
      'books.author_id: the model says it is in the primary key, the column is not',
      'books.title: the model allows NULL, the column refuses it',
      'books.pages: the model says BIGINT, the column is int',
      'books.shelf: the table has no such column',
      'books.labels: the model Book has no such attribute',
    ]);
  });

  it('name a table without model and a model without table', async () => {
    const models = (sequelize: Sequelize) => [define(sequelize, 'Author', AUTHOR), define(sequelize, 'Shelf', { id })];
    expect(await compareModels(admin, db.database, models)).toEqual([
      'model Shelf: there is no table shelfs',
      'table books has no model',
    ]);
  });

  it('give a snapshot of all tables but the record, in the words that MariaDB and MySQL share', async () => {
    const text = await snapshot(admin, db.database);
    expect(text.match(/CREATE TABLE `\w+`/g)).toEqual(['CREATE TABLE `authors`', 'CREATE TABLE `books`']);
    expect(text).toContain('`labels` json NOT NULL,');
    expect(text).toContain('`pages` int unsigned DEFAULT NULL,');
    expect(text).toContain('`on_loan` tinyint(1) NOT NULL DEFAULT 0,');
    expect(text).toContain('`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),');
  });

  it('give a snapshot from which the same tables can be made', async () => {
    const text = await snapshot(admin, db.database);
    const copy = `${db.database}_copy`;
    await admin.query('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci', [copy]);
    await admin.query('USE ??', [copy]);
    for (const statement of text.split(';\n').slice(0, -1)) await admin.query(statement);
    expect(await snapshot(admin, copy)).toBe(text);
    await admin.query('DROP DATABASE ??', [copy]);
  });
});
