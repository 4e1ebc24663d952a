import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the files lie: beside this module or one level up in a built package, or in the repository's data folder. */
const FOLDERS = ['./', './instruments/', '../instruments/', '../../../../data/instruments/']

/** Folder of the shipped instrument specifications, with a closing slash; undefined where they are not installed. */
export function shippedFolder(): string | undefined {
  return FOLDERS.map((folder) => fileURLToPath(new URL(folder, import.meta.url))).find((folder) =>
    existsSync(`${folder}binance.json`),
  )
}
