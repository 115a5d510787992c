// `huacheng contracts`: keeps docs/contracts in step with the code it describes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BINARY_MESSAGES } from '../../console/server/contract/live-messages.ts'
import { Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { version } from '../../infra/version.ts'
import { loadReportSchema } from '../../load/report/report-schema.ts'
import { CHECKPOINT_LAYOUT, FRAME_LAYOUT } from '../../processor/contract/schemas.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import { DEFAULT_PARTITIONS } from '../../producers/contract/topics.ts'
import { domains } from '../../producers/domains.ts'
import { jobOf } from '../flink/flink.ts'
import type { CliCommand } from '../options/options.ts'
import {
  eventsBlock,
  kcatBlock,
  layoutBlock,
  measuresBlock,
  recordsBlock,
  topicsBlock,
} from './blocks.ts'
import { contractChannels } from './channels.ts'
import { digestBlock, readingBlock, runExample } from './examples.ts'
import { contractFiles, messageSchema, pretty } from './files.ts'
import { liveBlock, liveFiles } from './live.ts'
import { fillPage } from './page.ts'
import { scenarioBlocks } from './scenario-blocks.ts'

const ROOT = join(import.meta.dirname, '../..')
const FOLDER = 'docs/contracts'
const PAGE = 'docs/contracts.md'
/** Of the usual city's usual run, as `huacheng flink sql` prints it. */
const FLINK_JOB = 'infra/flink/kpi.sql'
const SCENARIOS_PAGE = 'docs/scenarios.md'

const read = (path: string) => {
  const file = join(ROOT, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

/** What docs/ and infra/flink/ should hold, by path from the root; null = a file that should not be there. */
export function wantedFiles(declarations: Declaration[]): Map<string, string | null> {
  const channels = contractChannels(declarations, DEFAULT_PARTITIONS)
  const wanted = new Map<string, string | null>(presentFiles().map((path) => [path, null]))
  for (const [path, text] of contractFiles(channels, version)) wanted.set(`${FOLDER}/${path}`, text)
  for (const [path, text] of liveFiles(version)) wanted.set(`${FOLDER}/${path}`, text)
  wanted.set(FLINK_JOB, `${jobOf({}).sql}\n`)
  wanted.set(`${FOLDER}/load-report.json`, pretty(loadReportDocument()))
  const example = runExample()
  const blocks = new Map([
    ['topics', topicsBlock(channels)],
    ['records', recordsBlock(channels)],
    ['events', eventsBlock(declarations)],
    ['measures', measuresBlock(declarations)],
    ['kcat', kcatBlock(channels)],
    ['digest', digestBlock(example)],
    ['reading', readingBlock(example)],
    ['frame', layoutBlock(FRAME_LAYOUT)],
    ['checkpoint', layoutBlock(CHECKPOINT_LAYOUT)],
    ['live', liveBlock()],
    ['live-snapshot', layoutBlock(BINARY_MESSAGES.snapshot)],
    ['live-outline', layoutBlock(BINARY_MESSAGES.outline)],
    ['live-delta', layoutBlock(BINARY_MESSAGES.delta)],
  ])
  const pages = { [PAGE]: blocks, [SCENARIOS_PAGE]: scenarioBlocks() }
  for (const [page, parts] of Object.entries(pages)) {
    wanted.set(page, fillPage(page, read(page) ?? '', parts))
  }
  return wanted
}

/** Of `huacheng load --out`: no message of a topic, so in no AsyncAPI document. */
function loadReportDocument(): object {
  const [title, summary] = [
    'Report of a load test',
    'report.json, as `huacheng load --out` writes it',
  ]
  const message = { name: 'load-report', title, summary, key: null }
  return messageSchema({ ...message, body: { schema: loadReportSchema } })!
}

/** Files of docs/contracts as they are, by path from the root. */
function presentFiles(): string[] {
  const folder = join(ROOT, FOLDER)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
}

/** Paths whose files differ from what they should be. */
export function staleFiles(wanted: Map<string, string | null>): string[] {
  return [...wanted].filter(([path, text]) => read(path) !== text).map(([path]) => path)
}

export const contracts: CliCommand = {
  name: 'contracts',
  about: `
docs/contracts/asyncapi.json and live.asyncapi.json (AsyncAPI 3), one JSON Schema (draft-07) per message, and the tables and worked examples of
docs/contracts.md and docs/scenarios.md are made from the code; so is infra/flink/kpi.sql. Without options it names what is stale and exits with 1; --write writes it.`,
  options: { write: { type: 'boolean', text: 'write what is stale' } },
  examples: ['npx huacheng contracts', 'npx huacheng contracts --write'],
  async run(values) {
    const wanted = wantedFiles(domains.map((d) => d.declaration))
    const stale = staleFiles(wanted)
    if (values.write) {
      for (const path of stale) write(path, wanted.get(path)!)
    } else if (stale.length > 0) {
      throw new Problem(
        `stale: ${stale.join(', ')}; run \`npx huacheng contracts --write\` and look at the difference`,
        EXIT_FAILED,
      )
    }
    printLine(`${wanted.size} files, ${stale.length} ${values.write ? 'written' : 'stale'}`)
  },
}

function write(path: string, text: string | null): void {
  const file = join(ROOT, path)
  if (text === null) {
    rmSync(file)
    return
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
