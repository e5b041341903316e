const TOKEN = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g;

const isComment = (token: string): boolean => /^(--|#|\/\*)/.test(token) && token.length > 1;

/** The statements of a file, without comments and without the semicolons between them. */
export function splitStatements(sql: string): string[] {
  const statements = [''];
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === ';') statements.push('');
    else if (!isComment(token)) statements[statements.length - 1] += token;
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

/** `sql` of the same length and lines with comments and the content of strings blanked, so that what is found in it is really SQL. */
export function maskLiterals(sql: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  return sql.replace(TOKEN, (token) => {
    if (isComment(token)) return blank(token);
    return token.length > 1 && /^['"]/.test(token) ? `${token[0]}${blank(token.slice(1, -1))}${token[0]}` : token;
  });
}

/** An identifier in backticks. */
export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
