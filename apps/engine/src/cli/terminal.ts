/** What the surroundings of the process allow on its two output streams. */
export interface Terminal {
  /** Colours on stdout. */
  readonly colorStdout: boolean
  /** Colours on stderr. */
  readonly colorStderr: boolean
  /** A line on stderr may be redrawn. */
  readonly redraw: boolean
  /** Columns of the narrower stream; 80 where unknown. */
  readonly width: number
}

interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** No colour and no redrawing away from a terminal, or with NO_COLOR, CI, TERM=dumb or `--no-color`. */
export function describeTerminal(
  stdout: Stream,
  stderr: Stream,
  env: Readonly<Record<string, string | undefined>>,
  colorFlag: boolean,
): Terminal {
  const set = (name: string): boolean => (env[name] ?? '') !== ''
  const plain = set('CI') || env['TERM'] === 'dumb'
  const colorless = plain || !colorFlag || set('NO_COLOR')
  return {
    colorStdout: stdout.isTTY === true && !colorless,
    colorStderr: stderr.isTTY === true && !colorless,
    redraw: stderr.isTTY === true && !plain,
    width: stdout.columns ?? stderr.columns ?? 80,
  }
}
