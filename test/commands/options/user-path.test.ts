// Paths count from where the user stands, also behind npm, which goes to the package's folder before it starts anything.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { userPath } from '../../../commands/options/user-path.ts'

const ROOT = join(import.meta.dirname, '../../..')
const npm = { INIT_CWD: '/home/ann/plans', npm_lifecycle_event: 'start' }

describe('a path of the user', () => {
  it.each([
    ['behind `npm start` from a sub-folder', 'my.json', npm, ROOT, '/home/ann/plans/my.json'],
    ['up from there', '../my.json', npm, ROOT, '/home/ann/my.json'],
    ['from the root', '/my.json', npm, ROOT, '/my.json'],
    ['of a program that a script started elsewhere', 'my.json', npm, '/tmp', '/tmp/my.json'],
    ['without npm', 'my.json', {}, '/tmp', '/tmp/my.json'],
    [
      'with what an outer npm left behind',
      'my.json',
      { INIT_CWD: '/home/ann' },
      ROOT,
      join(ROOT, 'my.json'),
    ],
    ['for standard input', '-', npm, ROOT, '/dev/stdin'],
  ])('%s', (_, path, env, cwd, expected) => expect(userPath(path, env, cwd)).toBe(expected))
})
