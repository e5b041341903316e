import { testDatabase, connectAsAdmin, type TestDatabase } from '@polycloud/test-kit';
import { createConnection, type Connection } from 'mysql2/promise';
import { provision } from '../src/migrator';
import { LIBRARY } from './scratch';

const loginOf = ({ host, port, database, user, password }: TestDatabase) => ({ host, port, database, user, password });

describe('provision', () => {
  let own: TestDatabase;
  let other: TestDatabase;
  let user: Connection;

  beforeAll(async () => {
    [own, other] = await Promise.all([testDatabase('library', LIBRARY), testDatabase('library', LIBRARY)]);
    user = await createConnection(loginOf(own));
  });
  afterAll(async () => {
    await user.end();
    await Promise.all([own.close(), other.close()]);
  });

  it('lets the user work with the rows of its own schema', async () => {
    await user.query("INSERT INTO authors (id, name) VALUES ('a3', 'Iain')");
    await user.query("UPDATE authors SET name = 'Iain M.' WHERE id = 'a3'");
    expect(await own.adminQuery('SELECT name FROM authors WHERE id = ?', ['a3'])).toEqual([{ name: 'Iain M.' }]);
    await user.query("DELETE FROM authors WHERE id = 'a3'");
  });

  it('keeps the user out of every other schema', async () => {
    await expect(user.query(`SELECT * FROM ${other.database}.authors`)).rejects.toMatchObject({ errno: 1142 });
    await expect(user.query(`USE ${other.database}`)).rejects.toMatchObject({ errno: 1044 });
  });

  it('does not take the underscore in the name of a schema for any character', async () => {
    const admin = await connectAsAdmin();
    const lookalike = own.database.replace('_', 'x');
    await admin.query('CREATE DATABASE ??', [lookalike]);
    await expect(user.query(`USE ${lookalike}`)).rejects.toMatchObject({ errno: 1044 });
    await admin.query('DROP DATABASE ??', [lookalike]);
    await admin.end();
  });

  it('refuses the user any change of the structure', async () => {
    for (const statement of [
      'DROP TABLE books',
      'ALTER TABLE books ADD COLUMN shelf INT',
      'CREATE TABLE shelves (id INT)',
      'TRUNCATE books',
    ]) {
      await expect(user.query(statement)).rejects.toMatchObject({ errno: 1142 });
    }
  });

  it('can be repeated, and sets the password anew', async () => {
    const admin = await connectAsAdmin();
    await provision(admin, { service: 'library', database: own.database, user: own.user, password: 'another one' });
    await admin.end();
    await expect(createConnection(loginOf(own))).rejects.toMatchObject({ errno: 1045 });
    const again = await createConnection({ ...loginOf(own), password: 'another one' });
    await again.end();
  });
});
