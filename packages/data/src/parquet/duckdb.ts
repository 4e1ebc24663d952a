import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface DuckDbOptions {
  /** Threads that DuckDB may use. Default 2. */
  readonly threads?: number | undefined
  /** Memory that DuckDB may use, in MiB. Default 1,024. */
  readonly memoryLimitMb?: number | undefined
}

const instances = new Map<string, Promise<DuckDBInstance>>()

/**
 * Runs `use` on a connection of its own and closes it afterwards.
 *
 * The engine is loaded and started at the first call (about 20 ms) and shared by all callers with equal options in this
 * thread; temporary tables belong to one connection, so callers do not meet.
 */
export async function withConnection<T>(
  options: DuckDbOptions,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await instanceOf(options)
  const connection = await instance.connect()
  try {
    return await use(connection)
  } finally {
    connection.closeSync()
  }
}

/** A path or text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * Parquet files as a table, in the order given. The `name=value` folders of the lake are not taken for columns: a series may
 * have a column of such a name.
 */
export function parquetSource(paths: readonly string[]): string {
  return `read_parquet([${paths.map(sqlText).join(', ')}], hive_partitioning = false)`
}

/** A column name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

async function instanceOf({ threads = 2, memoryLimitMb = 1_024 }: DuckDbOptions): Promise<DuckDBInstance> {
  const key = `${threads} ${memoryLimitMb}`
  let instance = instances.get(key)
  if (instance === undefined) {
    instance = startInstance(threads, memoryLimitMb)
    instances.set(key, instance)
    // A failed start is not remembered, so that the next call tries again.
    instance.catch(() => instances.delete(key))
  }
  return instance
}

async function startInstance(threads: number, memoryLimitMb: number): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  return DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${memoryLimitMb}MiB`,
    // Nothing is fetched at run time: what is needed is compiled in.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
}
