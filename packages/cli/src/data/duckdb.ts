import { tmpdir } from "node:os";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** One database for each limit of memory. */
const instances = new Map<number | undefined, Promise<DuckDBInstance>>();

/**
 * Runs `use` with a connection of its own to an in-memory DuckDB and closes it afterwards.
 *
 * One thread, so that rows keep their order and memory stays small; extensions are never fetched,
 * so that reading a file touches no network.
 */
export async function withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await openConnection();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
  }
}

/**
 * A connection that the caller closes with `closeSync`; prefer {@link withConnection}.
 *
 * @param memoryLimit bytes that its database may hold; when absent, DuckDB's own limit, most of the machine's memory.
 */
export async function openConnection(memoryLimit?: number): Promise<DuckDBConnection> {
  let instance = instances.get(memoryLimit);
  if (instance === undefined) {
    instance = DuckDBInstance.create(":memory:", {
      threads: "1",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      temp_directory: tmpdir(),
      ...(memoryLimit !== undefined && { memory_limit: `${Math.ceil(memoryLimit / 1024)}KiB` }),
    });
    instances.set(memoryLimit, instance);
  }
  return (await instance).connect();
}

/** `text` as an SQL string literal. Backslashes mean themselves, so Windows paths pass unchanged. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path as an SQL string literal for functions that take patterns: brackets and stars mean themselves. */
export function sqlPath(path: string): string {
  return sqlString(path.replace(/[*?[]/g, "[$&]"));
}

/** `name` as an SQL identifier, whatever characters it holds. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
