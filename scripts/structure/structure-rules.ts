import type { IForbiddenRuleType } from 'dependency-cruiser'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { APP_ARROWS, ARROWS, SOLE_IMPORTERS, TEST_ARROWS } from './arrow-table.ts'

/** Files that are not shipped: tests, contract suites and what they share. */
const TEST_FILE = '([.](test|test-d|bench|fixture)[.]ts$|/test/)'

/**
 * The structure rules as dependency-cruiser's `forbidden` list, from the arrow table and the packages in this tree.
 *
 * @param root - folder that holds `packages/` and `apps/`
 */
export function structureRules(root: string): IForbiddenRuleType[] {
  const packages = foldersWithManifest(join(root, 'packages'))
  return [
    ...packages.flatMap((name) => packageArrowRules(name, ARROWS[name] ?? ['core'], TEST_ARROWS[name] ?? [])),
    ...Object.entries(APP_ARROWS).map(([name, allowed]) => arrowRule('apps', name, allowed)),
    ...SOLE_IMPORTERS.flatMap((entry) => entry.modules.map((module) => soleImporterRule(module, entry.package))),
    ...packages.map((name) => deepImportRule(root, name)),
    {
      name: 'no-app-imports',
      comment: 'Nothing imports an app: apps are composition roots.',
      severity: 'error',
      from: { path: '^(packages|benchmarks|scripts)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-are-islands',
      comment: 'An app does not import another app; they speak through contracts.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'testkit-in-tests-only',
      comment: 'Fixtures and fakes never ship, but for the command that starts the local exchange.',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: ['^packages/testkit/', TEST_FILE, '^apps/engine/src/exchange/'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'Shipped code does not import a test file.',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: TEST_FILE },
      to: { path: '[.]test[.]ts$' },
    },
    {
      name: 'no-circular',
      comment: 'A cycle of imports at run time depends on the order of loading. Types alone may be mutual.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      comment: 'Every import exists.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ]
}

/** One rule for a package, or one for its sources and a wider one for its tests. */
function packageArrowRules(name: string, allowed: readonly string[], inTests: readonly string[]): IForbiddenRuleType[] {
  const rule = arrowRule('packages', name, allowed)
  if (inTests.length === 0) return [rule]
  const wider = arrowRule('packages', name, [...allowed, ...inTests])
  return [
    { ...rule, from: { ...rule.from, pathNot: TEST_FILE } },
    { ...wider, name: `${wider.name}-in-tests`, from: { path: `^packages/${name}/.*${TEST_FILE}` } },
  ]
}

function arrowRule(kind: 'packages' | 'apps', name: string, allowed: readonly string[]): IForbiddenRuleType {
  const others = ['packages', ...(kind === 'apps' ? [] : ['apps'])].join('|')
  return {
    name: `arrows-of-${name}`,
    comment: `${kind}/${name} may import ${allowed.length === 0 ? 'no other package' : allowed.join(', ')} (scripts/structure/arrow-table.ts).`,
    severity: 'error',
    from: { path: `^${kind}/${name}/` },
    // The testkit has a rule of its own, which knows tests from sources.
    to: { path: `^(${others})/`, pathNot: `^packages/(${[name, 'testkit', ...allowed].join('|')})/` },
  }
}

/** A package is entered through the files of its `exports` map, by its name. */
function deepImportRule(root: string, name: string): IForbiddenRuleType {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
    exports?: unknown
  }
  const entries = exportTargets(manifest.exports)
  const files = entries.map((entry) => `^packages/${name}/${entry.replace(/^[.]\//, '').replaceAll('.', '[.]')}$`)
  return {
    name: `no-deep-imports-of-${name}`,
    comment: `Import @kestrel/${name} by its name; its other files are its own business.`,
    severity: 'error',
    from: { pathNot: `^packages/${name}/` },
    to: { path: `^packages/${name}/`, ...(files.length > 0 ? { pathNot: files } : {}) },
  }
}

function exportTargets(map: unknown): string[] {
  if (typeof map === 'string') return [map]
  return map && typeof map === 'object' ? Object.values(map).flatMap(exportTargets) : []
}

function soleImporterRule(module: string, owner: string): IForbiddenRuleType {
  return {
    name: `${module}-in-${owner}-only`,
    comment: `${module} is wrapped by packages/${owner}; use that.`,
    severity: 'error',
    from: { pathNot: `^packages/${owner}/` },
    to: { path: `(^|node_modules/)${module}(/|$)` },
  }
}

function foldersWithManifest(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .sort()
}
