import { expect, test } from 'vitest'
import { declarationImportsToJavaScript, sourceUrlsToJavaScript } from './source-urls.ts'

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

test.each([
  ["import { type A } from './a.ts';", "import { type A } from './a.js';"],
  ['export declare const a: import("../b/c.ts").C;', 'export declare const a: import("../b/c.js").C;'],
  ["import { z } from 'zod';", "import { z } from 'zod';"],
  ["export declare const file: './a.ts';", "export declare const file: './a.ts';"],
])('in declarations, %s becomes %s', (source, built) => {
  expect(declarationImportsToJavaScript(source)).toBe(built)
})
