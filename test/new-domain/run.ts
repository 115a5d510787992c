// One domain more: plants the fixture domain into a copy of the repository, as its author would, and runs every suite there
// that can see the list of domains or the command line, not only the domain's own: what counts today's domains is found out.
import { spawnSync } from 'node:child_process'
import { posix } from 'node:path'
import { importsOf, type Sources } from '../architecture.ts'
import { repositoryFiles } from '../repository.ts'
import { plantDomain } from './planted-tree.ts'

const LIST = 'producers/domains.ts'
/**
 * Lanes of their own, with needs of their own; this repository's own account of the fixture; and a recording of this
 * repository's city, which is another run where there is one domain more.
 */
const ELSEWHERE =
  /^test\/(browser|kafka|flink|compose|simulation|interop)\/|^test\/new-domain|^test\/docs\/analyst\./
/** What every city has, and what every folder holds, is looked at there, by folders and files. */
const SEES_FILES = /^test\/(seeds\/|tidiness|rooms|shapes)/
const RUNS_PROGRAMS = /huacheng\.js|cli\.ts/
/** Long ones: what they do with a city shorter ones do, too, or they are about one domain, tool or scenario. */
const LONG = [
  ...[/^test\/tools\//, /^test\/commands\/(audit|doctor|events|scenarios|wiring)\//],
  ...[
    /^test\/audit\/(dirty|read-log|third-opinion)\./,
    /^test\/seeds\/(plan-review|hostile-files)\./,
  ],
  ...[
    /^test\/commands\/(standard-output|streets-in-a-storm)\./,
    /^test\/commands\/demo\/demo-twin\./,
  ],
  ...[/^test\/producers\/domains\/[\w-]+\//, /^test\/producers\/kernel\/state\//],
  ...[/^test\/commands\/demo\/kept-states\./, /^test\/commands\/bad-(input|options)\./],
  ...[/^test\/replay\/(cut|player|resend)\//, /^test\/replay\/export\/(analysis|csv|mcap)\./],
  /^test\/seeds\/geography\//,
]

/** Tests of the unit lane that import the list of domains, by whatever way, look at the cities' data, or start the command line. */
export function suitesThatCount(files: Sources): string[] {
  const importers = new Map<string, string[]>()
  for (const [path, text] of files) {
    if (!/\.tsx?$/.test(path)) continue
    for (const target of importsOf(path, text)) {
      importers.set(target, [...(importers.get(target) ?? []), path])
    }
  }
  const reached = new Set([LIST])
  for (const path of reached) for (const by of importers.get(path) ?? []) reached.add(by)
  return [...files]
    .filter(([path]) => path.endsWith('.test.ts') && !ELSEWHERE.test(path))
    .filter(
      ([path, text]) => reached.has(path) || SEES_FILES.test(path) || RUNS_PROGRAMS.test(text),
    )
    .map(([path]) => posix.normalize(path))
    .sort()
}

if (import.meta.main) {
  const started = performance.now()
  const every = suitesThatCount(repositoryFiles())
  const isShort = !process.argv.includes('--all')
  const suites = isShort ? every.filter((path) => !LONG.some((it) => it.test(path))) : every
  const { root, remove } = plantDomain()
  // npm says from where it was called, and paths of options count from there: from the copy here.
  const env = { ...process.env, INIT_CWD: root }
  const run = (...args: string[]) =>
    spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1
  try {
    const left = every.length - suites.length
    const rest = left > 0 ? `; ${left} long ones run with npm run test:domain` : ''
    console.log(`${suites.length} suites with one domain more, in ${root}${rest}`)
    const code =
      run('huacheng.js', 'contracts', '--write') ||
      run('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json') ||
      run('node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--reporter=dot', ...suites)
    const took = `after ${((performance.now() - started) / 1000).toFixed(0)} s`
    console.log(
      code === 0
        ? `One domain more: nothing else had to change, ${took}`
        : `One domain more: ended with ${code} ${took}; what failed above counts today's domains`,
    )
    process.exitCode = code
  } finally {
    remove()
  }
}
