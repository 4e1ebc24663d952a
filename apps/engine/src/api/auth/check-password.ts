import type { AccessList } from './access-file.ts'
import { isPassword } from './password-hash.ts'

/** Hash of nothing that anybody knows: a wrong name costs the same time as a wrong password. */
const NOBODY = `scrypt$32768$8$3$${'A'.repeat(22)}$${'B'.repeat(43)}`
/** Each check takes some hundred milliseconds and 32 MB, so they are done one after the other, and few wait. */
const MOST_WAITING = 8

/** Checks passwords one at a time. */
export class PasswordChecker {
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  /** @returns the user; undefined where name or password is wrong; `busy` where too many are being checked */
  async check(
    access: AccessList,
    name: string,
    password: string,
  ): Promise<AccessList['users'][number] | 'busy' | undefined> {
    if (this.#waiting >= MOST_WAITING) return 'busy'
    this.#waiting += 1
    const user = access.users.find((each) => each.name === name)
    const check = this.#last.then(async () => await isPassword(password, user?.password ?? NOBODY))
    this.#last = check.catch(() => undefined)
    try {
      return (await check) ? user : undefined
    } finally {
      this.#waiting -= 1
    }
  }
}
