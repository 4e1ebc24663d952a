import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where an editor's compiler finds what strategy files import, and how it has to read it. */
export interface FacadePaths {
  readonly paths: Readonly<Record<string, readonly string[]>>
  /** Folder with the types of Node, where one is installed with Kestrel. */
  readonly typeRoots: readonly string[]
  /** The command itself, for scripts: an alias of a shell does not reach them. */
  readonly command: string
}

/** The installed or checked-out modules behind `kestrel`, as paths relative to a project folder. */
export function facadePaths(project: string): FacadePaths {
  const from = (url: URL): string => relativePath(project, fileURLToPath(url))
  const types = (path: string): string => path.replace(/\.js$/, '.d.ts')
  return {
    paths: {
      kestrel: [types(from(new URL('../index.ts', import.meta.url)))],
      'kestrel/research': [types(from(new URL('../research.ts', import.meta.url)))],
    },
    typeRoots: typeRoots(project),
    command: from(new URL('../../bin/kestrel.mjs', import.meta.url)),
  }
}

function typeRoots(project: string): string[] {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const types = join(folder, 'node_modules', '@types')
    if (existsSync(join(types, 'node'))) return [relativePath(project, types)]
  }
  return []
}

function relativePath(project: string, path: string): string {
  const text = relative(project, path).split(sep).join('/')
  return text.startsWith('.') ? text : `./${text}`
}
