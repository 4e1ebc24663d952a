import { expect, test } from 'vitest'
import { DataError, KestrelError, UsageError } from './errors.ts'

test('carries code, hint, meta, cause and what the caller may do next', () => {
  const cause = new Error('disk')
  const error = new DataError({ code: 'X', message: 'm', hint: 'h', meta: { row: 1 }, cause, retry: 'safe' })
  expect(error).toMatchObject({
    name: 'DataError',
    code: 'X',
    message: 'm',
    hint: 'h',
    meta: { row: 1 },
    cause,
    retry: 'safe',
  })
})

test('is recognised by its marker, also across copies of the package', () => {
  expect(KestrelError.isInstance(new UsageError({ code: 'X', message: 'm' }))).toBe(true)
  expect(KestrelError.isInstance(new Error('m'))).toBe(false)
  expect(KestrelError.isInstance(null)).toBe(false)
})

test('never retries unless told so', () => {
  expect(new KestrelError({ code: 'X', message: 'm' }).retry).toBe('never')
})
