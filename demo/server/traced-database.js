import { SpanKind } from '@opentelemetry/api';

/** `SELECT`, and the first table of the statement; what a parenthesis follows is a function. */
const OPERATION = /^\s*(\w+)/;
const TABLE = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(\w+)\b(?!\()/i;

/**
 * A database each of whose queries is a span (https://opentelemetry.io/docs/specs/semconv/database/postgresql/), its values
 * left out. They are of the kind INTERNAL, as the database is in the process.
 *
 * @param {import('@electric-sql/pglite').PGlite} database
 * @param {import('./telemetry.js').Telemetry} telemetry
 * @returns {Pick<import('@electric-sql/pglite').PGlite, 'query' | 'transaction' | 'close'>}
 */
export function traceQueries(database, telemetry) {
  const queryOf = (target) => (sql, values) => {
    const operation = OPERATION.exec(sql)?.[1]?.toUpperCase() ?? 'SQL';
    const table = TABLE.exec(sql)?.[1];
    const name = table ? `${operation} ${table}` : operation;
    const attributes = {
      'db.system.name': 'postgresql',
      'db.query.text': sql.replace(/\s+/g, ' ').trim(),
      'db.query.summary': name,
      'db.operation.name': operation,
      ...(table ? { 'db.collection.name': table } : {}),
    };
    return telemetry.span(name, { kind: SpanKind.INTERNAL, attributes }, async (span) => {
      const result = await target.query(sql, values);
      span.setAttribute('db.response.returned_rows', result.rows.length);
      return result;
    });
  };
  return {
    query: queryOf(database),
    transaction: (work) =>
      telemetry.span('transaction', { attributes: { 'db.system.name': 'postgresql' } }, () =>
        database.transaction((transaction) => work({ query: queryOf(transaction) })),
      ),
    close: () => database.close(),
  };
}
