import { expect, test } from 'vitest'
import { differences } from './json-shape.fixture.ts'

const VENUE = [
  {
    s: 'BTCUSDT',
    p: '1.50',
    t: 12,
    m: true,
    k: { o: '1.0', n: 3 },
    b: [['1.0', '2.0']],
    f: [{ x: 'A' }, { x: 'B', y: 1 }],
  },
]
const same = structuredClone(VENUE[0]) as (typeof VENUE)[0]

test.each([
  ['nothing', same, []],
  ['a missing field', { ...same, t: undefined }, ['.t is missing']],
  ['a field too many', { ...same, z: 1 }, ['.z is not the venue’s']],
  ['a number for a text', { ...same, p: 1.5 }, ['.p is float and not decimal text']],
  ['a text for a number', { ...same, t: '12' }, ['.t is decimal text and not integer']],
  ['words for a decimal', { ...same, p: 'NaN' }, ['.p is text and not decimal text']],
  ['an exponent for a decimal', { ...same, p: '1e-7' }, ['.p is text and not decimal text']],
  ['a null', { ...same, m: null }, ['.m is null and not boolean']],
  ['a nested field', { ...same, k: { o: '1.0' } }, ['.k.n is missing']],
  ['a row that is too short', { ...same, b: [['1.0']] }, ['.b[][1] is missing']],
  ['a row that is too long', { ...same, b: [['1.0', '2.0', '3.0']] }, ['.b[][2] is not the venue’s']],
  ['an optional field left out', { ...same, f: [{ x: 'A' }] }, []],
  ['a required field left out at times', { ...same, f: [{ x: 'A' }, { y: 1 }] }, ['.f[].x is missing at times']],
])('tells %s', (_, mine, expected) => {
  const plain = JSON.parse(JSON.stringify(mine)) as unknown
  expect(differences([plain], VENUE).map((each) => each.replace("'", '’'))).toEqual(expected)
})

test('takes an integer for quoted digits only where the recorder quotes them', () => {
  expect(differences([{ id: 5 }], [{ id: '5' }], true)).toEqual([])
  expect(differences([{ id: 5 }], [{ id: '5' }])).toEqual(['.id is integer and not decimal text'])
  expect(differences([{ id: 5.5 }], [{ id: '5.5' }], true)).toEqual(['.id is float and not decimal text'])
})
