// Appends, a group and a tail through an outage of a broker; what does not come through is named in the failure.
import { expect } from 'vitest'
import type { Batch } from '../../infra/event-log/event-log.ts'
import type { KafkaLog } from '../../infra/kafka/kafka-log.ts'
import { createMember, createTailNotes, records } from '../infra/recorder.ts'

const PARTITIONS = 2
const EVERY_MS = 50
const FEWEST = 50
/** All lag is gone so soon after the broker is back. */
const BACK_MS = 10_000
/** Waiting ends here, later than what is promised, so that late and never can be told apart. */
const PATIENCE_MS = 30_000

export type Traffic = {
  /** Begins to append, a record at a time. Resolves when the first is acknowledged. */
  write(): Promise<void>
  /**
   * Appends no more, and waits until everybody has everything; the log may only hold adjacent duplicates of whole batches.
   * Resolves with all reasons for which the log was not ready while it appended.
   */
  settle(): Promise<string[]>
}

/** Reads a topic of two partitions from here on. */
export async function startTraffic(log: KafkaLog, topic: string): Promise<Traffic> {
  const member = createMember()
  const notes = createTailNotes()
  const reasons = new Set<string>()
  const appended: Promise<bigint>[] = []
  const waiting = new Set<string>()
  let isOver = false
  let writing: Promise<void> | null = null
  const nameOf = (i: number) => `${i}-0`
  const all = () => appended.map((_, i) => nameOf(i))

  function append(): void {
    const i = appended.length
    const append = log.append(topic, i % PARTITIONS, records(String(i), 1))
    waiting.add(nameOf(i))
    append.then(
      () => waiting.delete(nameOf(i)),
      () => {}, // whoever awaits them all hears of it
    )
    appended.push(append)
  }
  async function writeOn(): Promise<void> {
    while (!isOver || appended.length < FEWEST) {
      append()
      for (const reason of log.health()) reasons.add(reason)
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    }
  }
  function state(): string {
    const missingIn = (values: string[]) => {
      const seen = new Set(values)
      return few(all().filter((value) => !seen.has(value)))
    }
    return [
      `of ${appended.length} appends not acknowledged: ${few([...waiting])}`,
      `not in the tail: ${missingIn(notes.values())}`,
      `not with the group: ${missingIn(member.values())}`,
      `its calls: ${member.calls.filter((c) => !c.startsWith('batch')).join(', ') || 'none'}`,
      `health: ${log.health().join(', ') || 'good'}`,
    ].join('\n')
  }

  await log.group({ group: topic, topics: [topic], handler: member.handler })
  await log.tail({ topic, from: 'earliest', batch: notes.batch })
  await within(
    'an assignment',
    member.until(() => member.owned.size === PARTITIONS),
    state,
  )
  return {
    async write() {
      writing = writeOn()
      await within('the first acknowledgement', appended[0], state)
    },
    async settle() {
      const back = performance.now()
      isOver = true
      await writing
      const took: Record<string, number> = {}
      const timed = async (who: string, end: Promise<unknown>) => {
        await end
        took[who] = Math.round(performance.now() - back)
      }
      const count = appended.length
      const ends = Promise.all([
        timed('appends', Promise.all(appended)),
        timed(
          'tail',
          notes.until(() => new Set(notes.values()).size === count),
        ),
        timed(
          'group',
          member.until(() => new Set(member.values()).size === count),
        ),
      ])
      await within('everything', ends, state)
      const text = `ms until lag was 0 again, of ${JSON.stringify(took)}`
      expect(Math.max(...Object.values(took)), text).toBeLessThan(BACK_MS)
      checkOrder(notes.batches, all())
      expect(log.health()).toEqual([])
      return [...reasons]
    },
  }
}

/** Of each partition everything is there in the order of its appends; what was written twice stands directly behind. */
function checkOrder(batches: Batch[], all: string[]): void {
  for (let p = 0; p < PARTITIONS; p++) {
    const values = batches
      .filter((b) => b.partition === p)
      .flatMap((b) => b.records.map((r) => String(r.value)))
    expect([...new Set(values)]).toEqual(all.filter((_, i) => i % PARTITIONS === p))
    expect(isAdjacentReplay(values), values.join(' ')).toBe(true)
  }
}

/** Rejects with the state of things when it does not come, or fails. */
async function within(what: string, end: Promise<unknown>, state: () => string): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`not after ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  )
  try {
    await Promise.race([end, late])
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}\n${state()}`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function few(values: string[]): string {
  if (values.length === 0) return 'none'
  const ends = values.length > 4 ? [...values.slice(0, 2), '...', ...values.slice(-2)] : values
  return `${values.length} (${ends.join(' ')})`
}

/** A replayed batch repeats a run of values directly behind that run: nothing newer lies between. */
function isAdjacentReplay(values: string[]): boolean {
  let i = 0
  const seen: string[] = []
  while (i < values.length) {
    const at = seen.lastIndexOf(values[i])
    if (at < 0) seen.push(values[i++])
    else {
      const run = seen.slice(at)
      if (!run.every((v, k) => values[i + k] === v)) return false
      i += run.length
    }
  }
  return true
}
