import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from './check.ts'

const REQUIRED_FILES = ['README.md', 'src/index.ts', 'src/index.test.ts']
const EXACT_VERSION = /^(\d+\.\d+\.\d+([-+][\w.-]+)?|npm:.+@\d+\.\d+\.\d+([-+][\w.-]+)?)$/

interface Manifest {
  readonly name?: string
  readonly exports?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Each package has a README, an `exports` map, a test that pins its export list, and exact versions. */
export const packageShape: Check = {
  name: 'package shape',
  about: 'a package lacks its README, exports, export test or an exact version',
  async run(root) {
    const names = await readdir(join(root, 'packages'))
    const folders = names
      .map((name) => `packages/${name}`)
      .filter((folder) => existsSync(join(root, folder, 'package.json')))
    const findings = await Promise.all([
      ...folders.map((folder) => shapeFindings(root, folder)),
      ...['.', ...folders, 'apps/engine', 'benchmarks'].map((folder) => versionFindings(root, folder)),
    ])
    return findings.flat()
  },
}

async function shapeFindings(root: string, folder: string): Promise<string[]> {
  const missing = REQUIRED_FILES.filter((file) => !existsSync(join(root, folder, file)))
  const manifest = await readManifest(root, folder)
  const expectedName = folder.replace('packages/', '@kestrel/')
  return [
    ...missing.map((file) => `${folder} has no ${file}`),
    ...(manifest.exports === undefined ? [`${folder}/package.json has no exports`] : []),
    ...(manifest.name === expectedName
      ? []
      : [`${folder}/package.json is named ${manifest.name}, not ${expectedName}`]),
  ]
}

/** `^1.2.3` installs something else tomorrow. */
async function versionFindings(root: string, folder: string): Promise<string[]> {
  if (!existsSync(join(root, folder, 'package.json'))) return []
  const { dependencies, devDependencies, optionalDependencies } = await readManifest(root, folder)
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !EXACT_VERSION.test(version))
    .map(([name, version]) => `${folder}/package.json: ${name} is not pinned to one version (${version})`)
}

async function readManifest(root: string, folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Manifest
}
