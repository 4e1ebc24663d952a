/**
 * Turns `new URL('./worker.ts', import.meta.url)` into `new URL('./worker.js', import.meta.url)`.
 *
 * The compiler rewrites the endings of imports but not of addresses, and a worker thread is started by its address.
 */
export function sourceUrlsToJavaScript(text: string): string {
  return text.replaceAll(/(new URL\(\s*(['"`])\.{1,2}\/[^'"`]*)\.ts(\2\s*,\s*import\.meta\.url)/g, '$1.js$3')
}

/**
 * Turns `from './columns.ts'` and `import('./columns.ts')` of a declaration file into `./columns.js`, which is the file
 * that exists beside it. The compiler rewrites only the JavaScript.
 */
export function declarationImportsToJavaScript(text: string): string {
  return text.replaceAll(/(\b(?:from\s+|import\s+|import\()(['"])\.{1,2}\/[^'"\n]*)\.ts\2/g, '$1.js$2')
}
