/** P9 with fast-csv: a stream of rows of text into columns. */
import { parseFile } from 'fast-csv'
import { once } from 'node:events'
import { emptyColumns, measureReaders } from './p9-reader.mjs'

await measureReaders('fast-csv', {
  async csv(path, rows) {
    const columns = emptyColumns(rows)
    const targets = Object.values(columns)
    let i = 0
    const stream = parseFile(path, { headers: false, skipLines: 1 }).on('data', (row) => {
      for (let k = 0; k < targets.length; k++) targets[k][i] = Number(row[k])
      i++
    })
    await once(stream, 'end')
    return columns
  },
})
