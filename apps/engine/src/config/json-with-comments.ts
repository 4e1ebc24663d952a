/**
 * Parses JSON that may hold `//` and block comments and trailing commas.
 *
 * Comments are blanked out, not removed, so that positions in error messages are those of the file.
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJsonWithComments(text: string): unknown {
  return JSON.parse(withoutTrailingCommas(withoutComments(text.replace(/^\uFEFF/, ' '))))
}

const STRING = String.raw`"(?:[^"\\\n]|\\.)*"`
const COMMENTS = new RegExp(String.raw`${STRING}|//[^\n]*|/\*[\s\S]*?\*/`, 'g')
const TRAILING_COMMAS = new RegExp(String.raw`${STRING}|,(?=\s*[}\]])`, 'g')

function withoutComments(text: string): string {
  return text.replaceAll(COMMENTS, (found) => (found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' ')))
}

function withoutTrailingCommas(text: string): string {
  return text.replaceAll(TRAILING_COMMAS, (found) => (found.startsWith('"') ? found : ' '))
}
