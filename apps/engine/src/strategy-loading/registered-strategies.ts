import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StrategyDefinition } from '@kestrel/kernel'
import * as shipped from '@kestrel/strategies'

/** The strategies that ship with Kestrel, by name, sorted. */
export function registeredStrategies(): readonly StrategyDefinition[] {
  const { STRATEGIES } = shipped
  const list: readonly StrategyDefinition[] = Object.values(STRATEGIES)
  return list.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Source files of the package that holds the shipped strategies, for the hash of their code. */
export function registeredSources(): string[] {
  const entry = fileURLToPath(import.meta.resolve('@kestrel/strategies'))
  const folder = dirname(entry)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return [
    entry,
    ...names
      .filter((name) => /\.(ts|js)$/.test(name) && !/\.(test|bench|d)\.ts$/.test(name))
      .map((name) => join(folder, name))
      .filter((path) => path !== entry),
  ]
}
