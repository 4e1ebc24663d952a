import type { Clock } from '@kestrel/core'
import { isoTime } from '@kestrel/core'
import type { Redactor } from './redactor.ts'

const LEVELS = ['debug', 'info', 'warning', 'error'] as const
type LogLevel = (typeof LEVELS)[number]

/** Facts of a log line; errors are written with name, code and message. */
type LogFacts = Readonly<Record<string, unknown>>

export interface Logger {
  debug(message: string, facts?: LogFacts): void
  info(message: string, facts?: LogFacts): void
  warning(message: string, facts?: LogFacts): void
  error(message: string, facts?: LogFacts): void
}

export interface LoggerOptions {
  /** Takes one line with its line break. */
  write(line: string): unknown
  readonly clock: Clock
  readonly redactor: Redactor
  /** Least level that is written; default `info`. */
  readonly level?: LogLevel
}

/** A logger of one JSON object a line: `time`, `level`, `message`, then the facts. No secret passes it. */
export function createLogger({ write, clock, redactor, level = 'info' }: LoggerOptions): Logger {
  const least = LEVELS.indexOf(level)
  const log =
    (of: LogLevel) =>
    (message: string, facts: LogFacts = {}): void => {
      if (LEVELS.indexOf(of) < least) return
      const line = { time: isoTime(clock.nowMs()), level: of, message, ...facts }
      write(`${redactor.text(JSON.stringify(line, plain))}\n`)
    }
  return { debug: log('debug'), info: log('info'), warning: log('warning'), error: log('error') }
}

/** JSON of what JSON has no form for. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const { name, message, stack } = value
  const code = 'code' in value ? value.code : undefined
  return { name, code, message, stack, cause: value.cause }
}
