import { expect, test } from 'vitest'
import { inodeOf } from '../../dist/input/inode.js'

test('files whose ids differ only beyond what a double holds are different ones', () => {
  const ids = [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 64n - 2n].map((ino) =>
    inodeOf({ dev: 1n, ino }),
  )
  expect(new Set(ids).size).toBe(4)
  expect(inodeOf({ dev: 2n, ino: 2n ** 53n })).not.toBe(ids[0])
})
