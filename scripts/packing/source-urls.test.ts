import { expect, test } from 'vitest'
import { sourceUrlsToJavaScript } from './source-urls.ts'

test.each([
  [
    "new Worker(new URL('./run-worker.ts', import.meta.url))",
    "new Worker(new URL('./run-worker.js', import.meta.url))",
  ],
  ['new URL("../a/b.ts", import.meta.url)', 'new URL("../a/b.js", import.meta.url)'],
  ["new URL('./template.html', import.meta.url)", "new URL('./template.html', import.meta.url)"],
  ["const name = './strategy.ts'", "const name = './strategy.ts'"],
])('%s becomes %s', (source, built) => {
  expect(sourceUrlsToJavaScript(source)).toBe(built)
})
