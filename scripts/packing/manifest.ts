import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The fields of a workspace's `package.json` that packing reads. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly private?: boolean
  readonly type?: string
  readonly engines?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** @param folder - folder that holds a `package.json` */
export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

/**
 * The manifest as it is published: every entry point leads to the built file and its declarations, and what only the
 * workspace uses (scripts, dev dependencies) is gone.
 *
 * @throws where an entry point is no file under `src/`, because it could not be built
 */
export function publishedManifest(manifest: Manifest): Record<string, unknown> {
  const {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin,
    dependencies,
    peerDependencies,
    optionalDependencies,
  } = manifest
  const fields = {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin,
    exports: publishedExports(manifest),
    files: ['dist', ...(bin === undefined ? [] : ['bin'])],
    dependencies,
    peerDependencies,
    optionalDependencies,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function publishedExports({ name, exports = {} }: Manifest): Record<string, { types: string; default: string }> {
  return Object.fromEntries(
    Object.entries(exports).map(([entry, path]) => {
      const stem = /^\.\/src\/(.+)\.ts$/.exec(path)?.[1]
      if (stem === undefined) throw new Error(`${name} exports ${entry} from ${path}, which is no source file`)
      return [entry, { types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` }]
    }),
  )
}
