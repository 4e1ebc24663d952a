import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './folders.ts'

/** Version of the engine, as its package states it. */
export function engineVersion(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'apps', 'engine', 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}
