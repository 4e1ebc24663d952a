/** P9 with papaparse: rows of text, then columns. */
import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import { columnsOfRows, measureReaders } from './p9-reader.mjs'

await measureReaders('papaparse', {
  csv(path) {
    const { data } = Papa.parse(readFileSync(path, 'utf8'), { skipEmptyLines: true, fastMode: true })
    return columnsOfRows(data.slice(1))
  },
})
