/** Markup that is safe to place in a page: made by {@link html}, never from a bare string. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | undefined | false | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text with everything that has a meaning in HTML or an attribute written as an entity. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  if (Array.isArray(part)) return part.map(render).join('')
  return (part as Html).markup
}

const literals = new WeakMap<TemplateStringsArray, readonly string[]>()

/** The literal text of a template without the indentation of the source, computed once a template. */
function literalsOf(strings: TemplateStringsArray): readonly string[] {
  const known = literals.get(strings)
  if (known !== undefined) return known
  const fresh = strings.map((text) => text.replace(/\n\s+/g, '\n'))
  literals.set(strings, fresh)
  return fresh
}

/** Template tag: the literal text is markup, every value is escaped unless it is {@link Html} itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = literalsOf(strings)
  let markup = texts[0] as string
  for (const [i, part] of parts.entries()) markup += render(part) + (texts[i + 1] as string)
  return { markup }
}

/** Marks text of our own making as markup. */
export function raw(markup: string): Html {
  return { markup }
}
