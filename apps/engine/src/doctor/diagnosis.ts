/** What `kestrel doctor` says of one thing. */
export interface Diagnosis {
  readonly name: string
  /** `off` is something optional that is not in use. */
  readonly status: 'ok' | 'warning' | 'problem' | 'off'
  readonly detail: string
  /** What to do about it; null where nothing is to be done. */
  readonly fix: string | null
}

export function ok(name: string, detail: string): Diagnosis {
  return { name, status: 'ok', detail, fix: null }
}

export function warning(name: string, detail: string, fix: string): Diagnosis {
  return { name, status: 'warning', detail, fix }
}

export function problem(name: string, detail: string, fix: string): Diagnosis {
  return { name, status: 'problem', detail, fix }
}

export function off(name: string, detail: string, fix: string | null): Diagnosis {
  return { name, status: 'off', detail, fix }
}
