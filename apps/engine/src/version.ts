import { readFileSync } from 'node:fs'

/** Version of Kestrel, from the manifest beside `src/` or `dist/`. */
export function kestrelVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
