import { expect, test } from 'vitest'
import { publishedManifest } from './manifest.ts'

const manifest = {
  name: 'kestrel',
  version: '1.2.3',
  type: 'module',
  private: false,
  scripts: { build: 'x' },
  devDependencies: { fast: '1.0.0' },
  bin: { kestrel: './bin/kestrel.mjs' },
  exports: { '.': './src/index.ts', './research': './src/research.ts' },
  dependencies: { '@kestrel/core': '1.2.3' },
}

test('a published manifest leads to built files and drops what only the workspace uses', () => {
  expect(publishedManifest(manifest)).toEqual({
    name: 'kestrel',
    version: '1.2.3',
    type: 'module',
    bin: { kestrel: './bin/kestrel.mjs' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './research': { types: './dist/research.d.ts', default: './dist/research.js' },
    },
    files: ['dist', 'bin'],
    dependencies: { '@kestrel/core': '1.2.3' },
  })
})

test('an entry point that cannot be built is an error', () => {
  expect(() => publishedManifest({ ...manifest, exports: { '.': './lib/a.js' } })).toThrow(
    'kestrel exports . from ./lib/a.js',
  )
})
