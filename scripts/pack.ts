/** `npm run pack`: installable packages (JavaScript and declarations) as `dist/packages/*.tgz`. */
import { dirname, join, relative } from 'node:path'
import { packPackages } from './packing/pack-packages.ts'

const root = dirname(import.meta.dirname)
try {
  const tarballs = await packPackages(root, join(root, 'dist', 'packages'))
  for (const tarball of tarballs) console.log(relative(root, tarball))
  console.error(`${tarballs.length} packages. Install them together: npm install dist/packages/*.tgz`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
