/** A CSV table (RFC 4180): a line of names, then one line a row. */
export function csvText(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[names, ...rows].map((row) => row.map(csvCell).join(',')).join('\n')}\n`
}

/** Cells of each line of a CSV text, quoted ones without their quotes; empty lines are left out. */
export function csvCells(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  const endRow = (): void => {
    row.push(cell)
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
    cell = ''
  }
  for (let at = 0; at < body.length; at++) {
    const letter = body.charAt(at)
    if (isQuoted) {
      if (letter !== '"') cell += letter
      else if (body[at + 1] === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (letter === '"' && cell === '') isQuoted = true
    else if (letter === ',') {
      row.push(cell)
      cell = ''
    } else if (letter === '\n') endRow()
    else if (letter !== '\r') cell += letter
  }
  endRow()
  return rows
}

/** A cell that a spreadsheet would take for a formula gets a quote in front; numbers stay numbers. */
function csvCell(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
