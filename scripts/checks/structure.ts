import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { cruiseOptions } from '../structure/cruise-options.ts'
import { structureRules } from '../structure/structure-rules.ts'
import type { Check } from './check.ts'

const FOLDERS = ['packages', 'apps', 'benchmarks', 'scripts']
/** A tree of ours without any module of the arrow table in it was not read at all. */
const EXPECTED_FOLDER = 'packages/'

/**
 * Imports follow the arrow table, resolve, make no cycle and enter a package by its front door.
 *
 * The tool reports zero modules and success where it cannot parse TypeScript, so seeing none is a failure.
 */
export const structure: Check = {
  name: 'structure',
  about: 'an import breaks the arrow table',
  run: structureFindings,
}

/**
 * @param root - a tree with `packages/`, and perhaps `apps/`, `benchmarks/` and `scripts/`
 * @returns one text for each violation
 */
export async function structureFindings(root: string): Promise<string[]> {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)))
  if (folders.length === 0) return ['no modules were seen: no source folder here']
  const tsConfigFile = join(root, 'tsconfig.json')
  const { enhancedResolveOptions, ...options } = cruiseOptions
  const { output } = await cruise(
    folders,
    { ...options, baseDir: root, validate: true, ruleSet: { forbidden: structureRules(root) } },
    enhancedResolveOptions,
    existsSync(tsConfigFile) ? { tsConfig: extractTSConfig(tsConfigFile) } : {},
  )
  const result = output as ICruiseResult
  const seen = result.modules.filter(
    (module) => module.source.startsWith(EXPECTED_FOLDER) && module.source.endsWith('.ts'),
  )
  if (seen.length === 0) return [`no modules were seen under ${EXPECTED_FOLDER}: the check looked at nothing`]
  return result.summary.violations.map(
    ({ rule, from, to, cycle }) =>
      `${rule.name}: ${from} -> ${cycle ? cycle.map(({ name }) => name).join(' -> ') : to}`,
  )
}
