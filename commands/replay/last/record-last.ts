// `huacheng record --last`: asks a running demo to write its newest stretch, waits for it, and copies it to where it is wanted.
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordingsView, RecordingView } from '../../../console/messages.ts'
import { realClock, sleep } from '../../../infra/clock.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { EXIT_FAILED } from '../../../infra/program/exit-codes.ts'
import { printLine } from '../../../infra/program/standard-output.ts'
import { fileProblem } from '../../../infra/program/system-error.ts'
import { formatDuration, isoTime, parseDuration } from '../../../infra/time.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { openCity } from '../../city/city-api.ts'
import type { OptionValues } from '../../options/options.ts'
import { createProgress } from '../../output/progress.ts'

const LOOK_MS = 200
const SHORT = /^(\d{1,6})([smh])$/

/** As ISO 8601, or short: 90s, 10m, 2h. */
export function lastOf(text: string): number {
  const [, count, unit] = SHORT.exec(text) ?? []
  return parseDuration(count ? `PT${count}${unit.toUpperCase()}` : text, '--last')
}

/** `out` = null: it stays where the demo wrote it. */
export async function recordLast(
  values: OptionValues,
  lastMs: number,
  out: string | null,
): Promise<void> {
  const city = await openCity({ url: values.url, token: values.token })
  const ask = async <T>(body?: object): Promise<T> => {
    const answer = await city.ask('/api/recordings', body)
    if (answer.status === 200) return answer.body as T
    const { message } = answer.body as { message?: string }
    throw new Problem(message ?? `recordings: got status ${answer.status}`, EXIT_FAILED)
  }
  try {
    const { id } = await ask<RecordingView>({ last: formatDuration(lastMs) })
    const written = await untilWritten(id, () => ask<RecordingsView>())
    const folder = out === null ? written.folder : await copied(written.folder, out)
    for (const line of linesOf(written, lastMs)) console.error(line)
    printLine(folder)
  } finally {
    await city.close()
  }
}

async function untilWritten(
  id: string,
  look: () => Promise<RecordingsView>,
): Promise<RecordingView> {
  const progress = createProgress()
  try {
    for (;;) {
      const view = (await look()).recordings.find((it) => it.id === id)
      if (view?.phase === 'done') return view
      if (view?.phase !== 'writing') {
        throw new Problem(view?.problem ?? `recordings: ${id} is gone`, EXIT_FAILED)
      }
      const { share, records } = view
      progress.show(() => `record: ${Math.floor(100 * (share ?? 0))} %, ${records} records`)
      await sleep(realClock, LOOK_MS)
    }
  } finally {
    progress.end()
  }
}

/** Looked at first: only a recording is copied, whoever answered. */
async function copied(folder: string, out: string): Promise<string> {
  const recording = await Recording.open(folder).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    const todo = 'it lies on the machine of the demo: copy it from there, or leave --out out'
    throw new Problem(problemText('--out', why, 'a recording that can be read here', todo))
  })
  await recording.close()
  try {
    await cp(folder, out, { recursive: true, errorOnExist: true, force: false })
  } catch (error) {
    for (const file of await readdir(out).catch(() => [])) {
      await rm(join(out, file), { force: true })
    }
    throw fileProblem(error, `--out ${out}`)
  }
  return out
}

function linesOf({ from, to, records, bytes }: RecordingView, lastMs: number): string[] {
  const held = to! - from!
  const short =
    held < lastMs ? [`the log reached back only ${formatDuration(held)} of the city's time`] : []
  return [...short, `from ${isoTime(from!)} to ${isoTime(to!)}: ${records} records, ${bytes} bytes`]
}
