// Breaks every listed promise in a copy of the tree, one after the other, and runs the test that should notice:
// `npm run test:promises`; with names of files, only the promises of those.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, repositoryFiles } from '../repository.ts'
import { PROMISES, type Promised } from './promises.ts'

const VITEST = 'node_modules/vitest/vitest.mjs'
const MOST_MS = 120_000
/** A broken promise may leave its test waiting: the lane's own patience is for loaded machines. */
const PATIENCE = ['--testTimeout=20000', '--hookTimeout=20000']

/** A copy of what git would commit, with this tree's packages. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'huacheng-promises-'))
  for (const path of repositoryFiles().keys()) cpSync(join(ROOT, path), join(copy, path))
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** What is wrong with the promise's guard, or null: its test is red once the promise is broken. */
function unnoticed(copy: string, { file, from, to, test }: Promised): string | null {
  const path = join(copy, file)
  const whole = readFileSync(path, 'utf8')
  if (whole.split(from).length !== 2)
    return `${JSON.stringify(from)} does not stand once in ${file}`
  writeFileSync(
    path,
    whole.replace(from, () => to),
  )
  try {
    const args = [VITEST, 'run', '--project', 'unit', ...PATIENCE, test]
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: copy,
      encoding: 'utf8',
      timeout: MOST_MS,
      env: { ...process.env, NO_COLOR: '1' },
    })
    if (status === 0) return `${test} stays green`
    return /Test Files .*\d+ failed/.test(stdout)
      ? null
      : `${test} did not run:\n${stdout.slice(-500)}`
  } finally {
    writeFileSync(path, whole)
  }
}

const asked = process.argv.slice(2)
const chosen = PROMISES.filter(({ file }) => asked.length === 0 || asked.includes(file))
const copy = copyOfTree()
let failed = 0
try {
  for (const promised of chosen) {
    const problem = unnoticed(copy, promised)
    if (problem) failed++
    console.log(`${problem ? 'NOT NOTICED' : 'noticed    '} ${promised.file}: ${promised.words}`)
    if (problem) console.log(`            ${problem}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`\n${chosen.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1
