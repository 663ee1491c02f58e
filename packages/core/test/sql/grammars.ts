import {
  codes,
  doubled,
  escaped,
  type Grammar,
  hex,
  onOneLine,
  outOfComments,
  STATEMENTS,
} from './grammar.js'

const block = (text: string): string => ` /* ${outOfComments(text)} */ `
const nested = (text: string): string => ` /* a /* ${outOfComments(text)} */ zqx's */ `
const line = (text: string): string => `-- ${onOneLine(text)}\n`
const tightLine = (text: string): string => `--${onOneLine(text)}\n`
const comments = { block, line }
const without = (text: string, ...parts: string[]): string | undefined =>
  parts.some((part) => text.includes(part)) ? undefined : text

export const postgres: Grammar = {
  dialect: 'postgres',
  literals: {
    string: (text) => doubled(text, "'"),
    escapes: (text) => `E${escaped(text, "'")}`,
    'escapes and doubled quotes': (text) => `e${doubled(text.replaceAll('\\', '\\\\'), "'")}`,
    'string of Unicode': (text) => `U&${doubled(text.replaceAll('\\', '\\\\'), "'")}`,
    dollars: (text) => without(text, '$') && `$$${text}$$`,
    'tagged dollars': (text) =>
      without(text, '$tag$') && (text.endsWith('$') ? undefined : `$tag$${text}$tag$`),
    'tag that is not ASCII': (text) =>
      without(text, '$té') && (text.endsWith('$') ? undefined : `$té$${text}$té$`),
    bytes: (text) => `convert_from('\\x${hex(text)}', 'UTF8')`,
    cast: (text) => `${doubled(text, "'")}::text`,
    call: (text) => `coalesce(trim(LEADING chr(7) FROM ${doubled(text, "'")}), $a$zqx$a$)`,
    continued: (text) => `'' \n ${doubled(text, "'")}`,
    codes: (text) => codes(text, (code) => `chr(${code})`, ' || '),
  },
  asides: { ...comments, tightLine, nested },
  statements: [
    ...STATEMENTS,
    `SELECT a FROM t WHERE doc #>> '{zqx}' = ~ AND doc#>'{' = ~^`,
    'SELECT a FROM t WHERE "a" IS NOT DISTINCT FROM ~ AND a = ANY(ARRAY[~, ~])^',
    'INSERT INTO t (a) VALUES (~) ON CONFLICT DO NOTHING RETURNING "a"^',
    'SELECT substring(~ FROM 7 FOR 7), extract(year FROM date ~)',
    'SELECT a FROM t WHERE a = ~; SET x = zqx',
  ],
  hidden: [
    'SET search_path = zqx',
    'SET x TO zqx, ~',
    'PREPARE s AS SELECT ~',
    'CREATE USER u PASSWORD ~',
    'NOTIFY c, ~',
    'EXECUTE s(~, zqx)',
    'DO ~',
  ],
}

export const mysql: Grammar = {
  dialect: 'mysql',
  literals: {
    string: (text) => escaped(text, "'"),
    'double quotes': (text) => escaped(text, '"'),
    'doubled quotes': (text) => doubled(text.replaceAll('\\', '\\\\'), "'"),
    'doubled double quotes': (text) => doubled(text.replaceAll('\\', '\\\\'), '"'),
    introducer: (text) => `_utf8mb4${escaped(text, "'")}`,
    hex: (text) => `CONVERT(0x${hex(text)} USING utf8mb4)`,
    'hex string': (text) => `CONVERT(X'${hex(text)}' USING utf8mb4)`,
    call: (text) => `COALESCE(TRIM(LEADING CHAR(48) FROM ${escaped(text, '"')}), "zqx")`,
    'nested call': (text) => `TRIM(TRAILING REPLACE("zqx", "q", "") FROM ${escaped(text, '"')})`,
    adjacent: (text) => `"" ${escaped(text, "'")}`,
  },
  asides: {
    ...comments,
    hash: (text) => `# ${onOneLine(text)}\n`,
    tightHash: (text) => `#${onOneLine(text)}\n`,
    'comment that runs': (text) => `/*! AND 1 = "${text.replace(/["\\]/g, '')}" */`,
    'comment with a tab': (text) => `--\t${onOneLine(text)}\n`,
  },
  statements: [
    ...STATEMENTS,
    'SELECT a FROM t WHERE a = ~ AND `b` = 7--7 ^LIMIT 7',
    'REPLACE INTO t (a) VALUES (~)^',
    'INSERT INTO t SET a = ~ ON DUPLICATE KEY UPDATE a = ~',
    'SELECT a FROM t WHERE a$b$ = ~ AND a = "$b$ zqx"',
  ],
  hidden: [
    'SET x = zqx',
    'SET PASSWORD = ~',
    'PREPARE s FROM ~',
    'CREATE USER u IDENTIFIED WITH zqx AS ~',
    'GRANT ALL ON t TO u IDENTIFIED BY ~',
  ],
}

export const sqlite: Grammar = {
  dialect: 'sqlite',
  literals: {
    string: (text) => doubled(text, "'"),
    'double quotes': (text) => doubled(text, '"'),
    blob: (text) => `CAST(X'${hex(text)}' AS TEXT)`,
    call: (text) => `coalesce(trim(${doubled(text, "'")}, char(7)), "zqx")`,
    concatenation: (text) => `"" || ${doubled(text, '"')}`,
    'not a column': () => `"zqx"`,
  },
  asides: {
    ...comments,
    tightLine,
    'comment to the end': (text) => (text.includes('*') ? ' ' : `/*${text}*/`),
  },
  statements: [
    ...STATEMENTS,
    'SELECT [a] FROM t WHERE `a` IS NOT DISTINCT FROM ~ AND "t"."a" = ~^',
    'SELECT a FROM t WHERE a = ~ AND b = $7 AND b = ?7^',
    'INSERT OR REPLACE INTO "t" (a) VALUES (~)^',
  ],
  hidden: ['PRAGMA user_version = zqx', 'PRAGMA key(~)', 'ATTACH ~ AS zqx', 'VACUUM INTO ~'],
}

export const sqlserver: Grammar = {
  dialect: 'sqlserver',
  literals: {
    string: (text) => doubled(text, "'"),
    'national string': (text) => `N${doubled(text, "'")}`,
    'double quotes': (text) => doubled(text, '"'),
    binary: (text) => `CAST(0x${hex(text)} AS varchar(99))`,
    codes: (text) => codes(text, (code) => `NCHAR(${code})`, ' + '),
    money: () => '$7.7',
    'money in pounds': () => '£7',
  },
  asides: { ...comments, tightLine, nested },
  statements: [
    ...STATEMENTS,
    `SELECT [it's], [a]]'b] FROM [dbo].[t] WHERE a = ~ AND b = ~^`,
    'SELECT TOP 7 a FROM #zq WHERE a = ~ OPTION (LABEL = ~)',
    'INSERT INTO t EXEC p zqx, ~',
    'SELECT a FROM t WHERE a = ~ EXECUTE p zqx',
  ],
  hidden: [
    'EXEC p zqx, ~',
    'sp_addlogin zqx, ~',
    'CREATE LOGIN l WITH PASSWORD = ~',
    'SET LANGUAGE zqx',
    'PRINT ~',
  ],
}

const QS = ['[]', '{}', '()', '<>', '!!', 'éé', '""', '##'] as const

export const oracle: Grammar = {
  dialect: 'oracle',
  literals: {
    string: (text) => doubled(text, "'"),
    'national string': (text) => `n${doubled(text, "'")}`,
    ...Object.fromEntries(
      QS.map(([open, close]) => [
        `q'${open}`,
        (text: string) => without(text, `${close}'`) && `q'${open}${text}${close}'`,
      ]),
    ),
    'national q': (text) => without(text, "]'") && `nQ'[${text}]'`,
    call: (text) => `TRIM(LEADING CHR(7) FROM ${doubled(text, "'")})`,
    float: () => '7.7e-7f',
    date: (text) => `DATE ${doubled(text, "'")}`,
  },
  asides: { ...comments, tightLine, hint: (text) => ` /*+ ${outOfComments(text)} */ ` },
  statements: [
    ...STATEMENTS,
    'MERGE INTO t USING dual ON (a = ~) WHEN MATCHED THEN UPDATE SET a = ~^',
    'SELECT "a" FROM t# WHERE a$b = ~ FETCH FIRST 7 ROWS ONLY',
  ],
  hidden: [
    'ALTER USER u IDENTIFIED BY zqx REPLACE zqx',
    'ALTER SESSION SET x = zqx',
    'BEGIN EXECUTE IMMEDIATE ~; END;',
  ],
}

export const grammars: readonly Grammar[] = [postgres, mysql, sqlite, sqlserver, oracle]
