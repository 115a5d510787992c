// A producer that writes rubbish into the domain topics all the while: every record of it must end in `dead-letter`.

import type { RecordedRun } from '../../commands/recordings/recorded-run.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { nextWord, stream } from '../../infra/random.ts'
import type { createStrangeWriter } from './strange-writer.ts'

type StrangeWriter = Pick<ReturnType<typeof createStrangeWriter>, 'write'>

const BEAT_MS = 200
/** Once in so many beats a batch comes from another tool: packed, in a transaction. */
const BEATS_PER_STRANGE_BATCH = 8
const STRANGE_RECORDS = 3

const RUBBISH: ((run: RecordedRun['descriptor'], epoch: number) => string | null)[] = [
  () => 'not json at all',
  () => null,
  () => `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`,
  () => '{"__proto__":{"polluted":true},"id":"x:1"}',
  ({ run }) =>
    JSON.stringify({
      specversion: '1.0',
      id: 'x:1',
      source: `/huacheng/${run}/x`,
      type: 'city.x.v1',
    }),
  (_, epoch) =>
    JSON.stringify({
      ...{ specversion: '1.0', id: 'tick-x-0', source: '/huacheng/r-ffffffffffff/producers' },
      ...{ type: 'city.tick.v1', time: '2099-01-01T00:00:00.000Z' },
      data: {
        ...{ epoch: epoch + 1_000_000, partition: 0, count: 1, chain: '0'.repeat(64) },
        injected: { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 },
      },
    }),
]

/** Writes about `perSecond` records until stopped; `stop` resolves with how many were acknowledged. */
export function startPoison(
  log: EventLog,
  run: RecordedRun,
  seed: number,
  perSecond: number,
  strange: StrangeWriter,
) {
  const draws = stream(seed, 'faults', 'poison')
  let isOver = false
  let written = 0
  let beats = 0

  const lane = () => run.lanes[nextWord(draws, 0) % run.lanes.length]

  function rubbish() {
    const text = RUBBISH[nextWord(draws, 0) % RUBBISH.length](run.descriptor, run.epoch)
    return { key: Buffer.from('foreign'), value: text === null ? null : Buffer.from(text) }
  }

  async function write(): Promise<void> {
    const count = Math.max(1, Math.round((perSecond * BEAT_MS) / 1000))
    for (let i = 0; i < count; i++) {
      const { topic, partition } = lane()
      await log.append(topic, partition, [{ ...rubbish(), timestamp: realClock.now() }])
      written++
    }
    if (beats++ % BEATS_PER_STRANGE_BATCH !== 0) return
    written += await strange.write(lane(), Array.from({ length: STRANGE_RECORDS }, rubbish))
  }

  const done = (async () => {
    while (!isOver) {
      await write()
      await sleep(realClock, BEAT_MS)
    }
  })()
  done.catch(() => {}) // `stop` tells it
  return {
    async stop(): Promise<number> {
      isOver = true
      await done
      return written
    },
  }
}
