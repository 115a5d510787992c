// Compares two recordings in a thread of its own: the clock of those who watch them does not wait for it.
import { parentPort, workerData } from 'node:worker_threads'
import type { BesideDifferences } from '../../../console/messages.ts'
import { compareRecordings } from '../../../replay/diff/diff.ts'
import type { Span } from '../../../replay/player/positions.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { differencesIn } from './differences.ts'

export type CompareWorkerData = {
  folders: [string, string]
  span: Span
  allowedLateness: number
}
export type CompareWorkerReport = { differences: BesideDifferences } | { problem: string }

const { folders, span, allowedLateness } = workerData as CompareWorkerData
const said = (report: CompareWorkerReport) => parentPort!.postMessage(report)
try {
  const [a, b] = await Promise.all(folders.map((folder) => Recording.open(folder)))
  said({ differences: differencesIn(await compareRecordings(a, b), span, allowedLateness) })
  await Promise.all([a.close(), b.close()])
} catch (error) {
  said({ problem: error instanceof Error ? error.message : String(error) })
}
