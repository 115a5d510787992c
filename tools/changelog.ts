// Writes CHANGELOG.md from the subjects of the commits (`area: change`): by day, then by the part that changed.
// In: git's history. Out: CHANGELOG.md, or with --check exit code 1 when a day of the history is missing from it.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const FILE = join(ROOT, 'CHANGELOG.md')
const HEAD = `# Changelog

Made by \`npm run changelog\` from the subjects of the commits; RELEASING.md says when.
`

export type Change = { day: string; area: string; text: string }

/** `<day> <area>: <change>` per line, newest first; a subject without an area stands under "other". */
export function changesOf(log: string): Change[] {
  return log
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, day, area, text] = /^(\S+) (?:([a-z0-9/, -]+): )?(.*)$/.exec(line)!
      return { day, area: area ?? 'other', text }
    })
}

/** The whole file. Within a day areas stand in the order of the alphabet, changes in the order in which they were made. */
export function changelog(changes: Change[]): string {
  const days = Map.groupBy(changes, ({ day }) => day)
  const parts = [...days].map(([day, own]) => {
    const areas = Map.groupBy(own.toReversed(), ({ area }) => area)
    const lines = [...areas.keys()].sort().flatMap((area) => {
      const texts = new Set(areas.get(area)!.map(({ text }) => text))
      return [`- **${area}**`, ...[...texts].map((text) => `  - ${text}`)]
    })
    return `\n## ${day}\n\n${lines.join('\n')}\n`
  })
  return HEAD + parts.join('')
}

function run(): void {
  const log = execFileSync('git', ['log', '--no-merges', '--format=%as %s'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const changes = changesOf(log)
  if (!process.argv.includes('--check')) {
    writeFileSync(FILE, changelog(changes))
    console.log(`CHANGELOG.md: ${changes.length} changes`)
    return
  }
  const text = readFileSync(FILE, 'utf8')
  const days = new Set(changes.map(({ day }) => day))
  const missing = [...days].filter((day) => !text.includes(`## ${day}`))
  if (missing.length === 0) return
  console.error(`CHANGELOG.md: lacks ${missing.join(', ')}; run npm run changelog`)
  process.exitCode = 1
}

if (import.meta.main) run()
