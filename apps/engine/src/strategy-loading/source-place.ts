import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `file:line` of the first line of code outside Node and Kestrel that an error's stack names, or undefined. The head of
 * a syntax error counts, since it names the file that does not parse.
 */
export function sourcePlace(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  for (const [, url = '', path = '', line = ''] of error.stack.matchAll(
    /(?:(file:\/\/[^\s()]+?)|((?:\/|[A-Z]:\\)[^\s():]+)):(\d+)/g,
  )) {
    const file = url === '' ? path : pathOf(url)
    if (file === undefined || /node_modules|[\\/]packages[\\/]\w+[\\/]src|[\\/]apps[\\/]engine[\\/]/.test(file))
      continue
    if (existsSync(file)) return `${file}:${line}`
  }
  return undefined
}

function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url.replace(/\?.*$/, ''))
  } catch {
    return undefined
  }
}
