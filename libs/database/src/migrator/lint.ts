import { maskLiterals, splitStatements } from './sql';

interface Rule {
  pattern: RegExp;
  says: string;
}

const rule = (pattern: RegExp, says: string): Rule => ({ pattern, says });
const onlyMySql = (what: string, instead: string): string => `${what} is unknown to MariaDB: ${instead}`;
const onlyMariaDb = (what: string, instead: string): string => `${what} is unknown to MySQL: ${instead}`;

const FORBIDDEN: Rule[] = [
  rule(/->>?/g, onlyMySql('-> and ->>', 'use JSON_EXTRACT or JSON_VALUE')),
  rule(/\bMEMBER\s+OF\b/gi, onlyMySql('MEMBER OF', 'use JSON_CONTAINS')),
  rule(/\bCAST\s*\([^()]*\bAS\s+JSON\b/gi, onlyMySql('CAST(... AS JSON)', 'use JSON_EXTRACT')),
  rule(/\bFOR\s+SHARE\b/gi, onlyMySql('FOR SHARE', 'use LOCK IN SHARE MODE')),
  rule(/\bFOR\s+UPDATE\s+OF\b/gi, onlyMySql('FOR UPDATE OF', 'use FOR UPDATE')),
  rule(/\bLATERAL\b/gi, onlyMySql('LATERAL', 'join a derived table')),
  rule(/\b(BIN_TO_UUID|UUID_TO_BIN)\b/gi, onlyMySql('BIN_TO_UUID', 'ids are CHAR(36)')),
  rule(/\bINVISIBLE\b/gi, onlyMySql('an invisible index or column', 'leave it out')),
  rule(/\bSET\s+PERSIST\b/gi, onlyMySql('SET PERSIST', 'it is a setting of the server')),
  rule(/\butf8mb4_0900_\w+/gi, onlyMySql('a collation utf8mb4_0900_*', 'use utf8mb4_unicode_ci')),
  rule(/\bcaching_sha2_password\b/gi, onlyMySql('caching_sha2_password', 'leave it to the server')),
  rule(/\)\s*AS\s+\w+\s+ON\s+DUPLICATE\b/gi, onlyMySql('an alias in ON DUPLICATE KEY UPDATE', 'use VALUES(column)')),
  rule(
    /\b(KEY|INDEX)\s+\S+(\s+ON\s+\S+)?\s*\(([^()]|\(\d+\))*?(?<=[(,]\s*)\(/gi,
    onlyMySql('a functional index', 'index a generated column'),
  ),
  rule(/\bRETURNING\b/gi, onlyMariaDb('RETURNING', 'read the row back')),
  rule(
    /\b(ADD|DROP|MODIFY|CHANGE)\s+(COLUMN|INDEX|KEY|CONSTRAINT|FOREIGN\s+KEY)\s+IF\b/gi,
    onlyMariaDb('IF [NOT] EXISTS of a column or key', 'leave it out'),
  ),
  rule(/\b(CREATE|DROP)\s+(UNIQUE\s+)?INDEX\s+IF\b/gi, onlyMariaDb('IF [NOT] EXISTS of an index', 'leave it out')),
  rule(/\bCREATE\s+OR\s+REPLACE\s+TABLE\b/gi, onlyMariaDb('CREATE OR REPLACE TABLE', 'use CREATE TABLE')),
  rule(
    /(?<=[\w`]\s+)(UUID|INET[46])(?=\s*(,|\)|$|(NOT|NULL|DEFAULT|PRIMARY|UNIQUE|COMMENT)\b))/gi,
    onlyMariaDb('the type UUID or INET', 'use CHAR(36) or VARCHAR'),
  ),
  rule(/\b(CREATE\s+SEQUENCE|NEXTVAL|NEXT\s+VALUE\s+FOR)\b/gi, onlyMariaDb('a sequence', 'ids are UUID v7')),
  rule(/\butf8mb4_uca1400_\w+/gi, onlyMariaDb('a collation uca1400', 'use utf8mb4_unicode_ci')),
  rule(/(?<=\)\s*|\b(INDEX|KEY)\s+\S+\s+)(NOT\s+)?IGNORED\b/gi, onlyMariaDb('an ignored index', 'leave it out')),
  rule(/\bAUTO_INCREMENT\b/gi, 'AUTO_INCREMENT does not spread over shards: ids are UUID v7 in CHAR(36)'),
  rule(/\bDATETIME\b(?!\s*\(\s*3\s*\))/gi, 'DATETIME without milliseconds: write DATETIME(3)'),
  rule(
    /\bREFERENCES\s+`?\w+`?\s*\.\s*`?\w+/gi,
    'a foreign key leaves its schema: another service owns that table, ask the service',
  ),
  rule(
    /(?<!\bCONSTRAINT\s+\S+\s+)\bFOREIGN\s+KEY\b(?<!\bDROP\s+FOREIGN\s+KEY)/gi,
    'a foreign key has no name: CONSTRAINT name FOREIGN KEY (...)',
  ),
  rule(/(?<!\bCONSTRAINT\s+\S+\s+)(?<!\bDROP\s+)\bCHECK\b/gi, 'a check has no name: CONSTRAINT name CHECK (...)'),
  rule(
    /(?<!\bCONSTRAINT\s+\S+\s+)\bUNIQUE\b(?!\s+(KEY|INDEX)\s+[`\w]+\s*(\(|ON\b|USING\b))/gi,
    'a unique key has no name: UNIQUE KEY name (...)',
  ),
  rule(
    /(?<!\bFOREIGN\s+KEY\s*\([^()]*\)\s*)\bREFERENCES\b/gi,
    'MySQL ignores REFERENCES beside a column: CONSTRAINT name FOREIGN KEY (...) REFERENCES ...',
  ),
];

const REQUIRED: Rule[] = [
  rule(/\bENGINE\s*=\s*InnoDB\b/i, 'ENGINE=InnoDB is not written out'),
  rule(/\bDEFAULT\s+(CHARSET|CHARACTER\s+SET)\s*=?\s*utf8mb4\b/i, 'DEFAULT CHARSET=utf8mb4 is not written out'),
  // Without it each server takes its own default for the charset, whatever the schema says.
  rule(/\bCOLLATE\s*=?\s*utf8mb4_(unicode_ci|bin)\b/i, 'COLLATE=utf8mb4_unicode_ci (or utf8mb4_bin) is not written out'),
];

/**
 * What in a change would not run alike on MariaDB 10.11 and MySQL 8, or breaks the rules of db-changes; one line a problem, empty when all is well.
 * Works on the text: it knows words, not grammar.
 */
export function lintSql(text: string): string[] {
  const sql = maskLiterals(text);
  const lineAt = (index: number): number => sql.slice(0, index).split('\n').length;
  const forbidden = FORBIDDEN.flatMap(({ pattern, says }) =>
    [...sql.matchAll(pattern)].map(({ index }) => `line ${lineAt(index)}: ${says}`),
  );
  const tables = splitStatements(sql).filter((statement) => /^CREATE\s+TABLE\b/i.test(statement));
  const missing = tables.flatMap((table) =>
    REQUIRED.filter(({ pattern }) => !pattern.test(table)).map(({ says }) => `CREATE TABLE: ${says}`),
  );
  return [...forbidden, ...missing];
}
