// `npm run rehearse [-- --script ten-minutes --scale 0.1 --back --unprepared]`: prepares a script's cues and plays it twice in a browser without
// a network, a reset between, and prints how long each cue took and what stood on the screen. Exit code 1 where a number differs or the
// page asked somebody else.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { scenarioSource } from '../../commands/options/options.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { launchBrowser } from '../../test/browser/chrome.ts'
import { startDemo } from '../../test/browser/demo.ts'
import { openPage } from '../../test/browser/page-harness.ts'
import { holdAtCues } from './held-script.ts'
import { LastHeard } from './last-heard.ts'
import { goOffline, type SeenCue, Walk, withoutGivenUp } from './walk.ts'

const ROOT = join(import.meta.dirname, '../..')

const USAGE = `npm run rehearse -- [--script <scenario>] [--scale <s>] [--back] [--unprepared]
  --script  three-minutes (default), ten-minutes, or another scenario with cues
  --scale   share of the assets, default the script's
  --back    one cue back at the end as well: another run, to the same numbers
  --unprepared  cues ahead are not prepared first: each is simulated when it is gone to the first time`

/** No name is known but this machine's own. */
const NOBODY_ELSE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'

/** One line for each cue; whether all are the same. */
function compare(first: SeenCue[], second: SeenCue[]): boolean {
  let isSame = true
  first.forEach(({ title, seconds, numbers }, i) => {
    const other = second[i]
    const same = other?.numbers === numbers
    isSame &&= same
    const took = [seconds, other?.seconds ?? Number.NaN].map((s) => s.toFixed(1).padStart(7))
    printLine(`${title.padEnd(46)}${took.join(' s')} s  ${same ? 'same' : 'DIFFERS'}`)
    printLine(`  ${numbers}`)
    if (!same) printLine(`  ${other?.numbers ?? 'nothing'}`)
  })
  return isSame
}

/** Whether both times the same stood on the screen. */
async function playTwice(walk: Walk, goesBack: boolean): Promise<boolean> {
  const reached = ({ title, seconds }: SeenCue) =>
    console.error(`${title}: ${seconds.toFixed(1)} s`)
  const resets = [await walk.reset()]
  const first = await walk.toTheEnd(reached)
  resets.push(await walk.reset())
  const second = await walk.toTheEnd(reached)
  printLine(`R R: ${resets.map((s) => `${s.toFixed(1)} s`).join(', ')}`)
  const isSame = compare(first, second)
  if (!goesBack) return isSame
  const back = await walk.step('PageUp')
  printLine('one cue back:')
  return compare(first.slice(-2, -1), [back]) && isSame
}

type Rehearsal = { scale: string | undefined; goesBack: boolean; prepares: boolean }

/** Says how long each took. */
async function prepareCues(options: string[]): Promise<void> {
  const args = ['huacheng.js', 'demo', ...options, '--prepare']
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Problem(problemText('rehearse', `exit ${code}`, 'all cues prepared'))
}

async function rehearse(name: string, { scale, goesBack, prepares }: Rehearsal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-rehearse-'))
  const [city] = name.split('/')
  const held = holdAtCues(name, folder)
  const sized = scale === undefined ? [] : ['--scale', scale]
  // Slow enough that no cue comes before its key is pressed.
  const options = ['--city', city, '--scenario', held, '--speed', '1', ...sized]
  if (prepares) options.push('--cues', join(folder, 'cues'))
  if (prepares) await prepareCues(options)
  const demo = await startDemo(...options)
  // Also where somebody ends the program before its time.
  process.once('exit', demo.stop)
  const browser = await launchBrowser({ args: [NOBODY_ELSE] })
  try {
    const heard = new LastHeard()
    const onPage = async (page: Parameters<LastHeard['listen']>[0]) => {
      heard.listen(page)
      await goOffline(page)
    }
    const { page, faults } = await openPage({ browser, url: demo.url, onPage })
    const isSame = await playTwice(new Walk(page, heard, demo.url), goesBack)
    const found = withoutGivenUp(faults, demo.url)
    for (const fault of found) printLine(fault)
    const isClean = isSame && found.length === 0
    printLine(
      isClean ? 'the same numbers at each cue, and nothing asked of anybody else' : 'NOT THE SAME',
    )
    if (!isClean) process.exitCode = EXIT_DIFFERS
  } finally {
    await browser.close()
    demo.stop()
    rmSync(folder, { recursive: true })
  }
}

await reportingProblems(async () => {
  const { values } = parseArgs({
    options: {
      script: { type: 'string', default: 'three-minutes' },
      scale: { type: 'string' },
      back: { type: 'boolean', default: false },
      unprepared: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return printLine(USAGE)
  const { name } = scenarioSource({ scenario: values.script })
  const { scale, back: goesBack, unprepared } = values
  await rehearse(name, { scale, goesBack, prepares: !unprepared })
})
