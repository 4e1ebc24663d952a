import Table from 'cli-table3'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** A table without frames, two spaces between columns, a rule under each title. A cell may hold several lines. */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, ''] as const)
  const table = new Table({
    chars: { ...Object.fromEntries(none), middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  const titles = columns.map(({ title }) => title)
  const width = (index: number): number =>
    Math.max(
      ...[titles, ...rows].flatMap((row) =>
        plainText(row[index] ?? '')
          .split('\n')
          .map((line) => line.length),
      ),
    )
  table.push(
    titles,
    titles.map((title, index) => (title === '' ? '' : '─'.repeat(width(index)))),
    ...rows.map((row) => [...row]),
  )
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Without colour codes. */
function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return text.replaceAll(/\u001B\[\d+m/g, '')
}
