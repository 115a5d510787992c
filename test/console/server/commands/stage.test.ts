// What a presenter asks of the stage, and what it asks of the city: jumps ahead, restarts back, stops where a cue holds.
import { beforeEach, describe, expect, it } from 'vitest'
import type { StageMessage } from '../../../../console/messages.ts'
import type { CommandReply } from '../../../../console/server/commands/commands.ts'
import { Presentation } from '../../../../console/server/commands/stage.ts'
import type { KeptJourney, KeptTimes, NextStage } from '../../../../console/server/options.ts'
import type { ShownRun } from '../../../../console/server/state/run.ts'
import { createRunClock } from '../../../../console/server/state/run-clock.ts'
import { virtualClock } from '../../../../infra/clock.ts'
import { isoTime } from '../../../../infra/time.ts'

const START = Date.parse('2025-06-11T08:30:00.000Z')
const MINUTE = 60_000
const at = (minutes: number) => isoTime(START + minutes * MINUTE)
const title = { zh: '步', en: 'step' }
const CUES = [
  { at: at(0), title },
  { at: at(30), title, speed: 30 },
  { at: at(60), title, hold: true },
  { at: at(90), title },
]

let run: ShownRun
let stage: Presentation
let sent: [string, Record<string, unknown>][]
let answer: Partial<CommandReply>

/** `stop`: minute at which the clock is to stand still. */
function runAt(epoch: number, minutes: number, speed = 60, stop?: number): ShownRun {
  const clock = createRunClock(START, START + 180 * MINUTE)
  const h = at(minutes)
  const pauseAt = stop === undefined ? {} : { pauseAt: at(stop) }
  clock.onHorizon({ h, simAnchor: h, wallAnchor: 0, speed, term: 0, ...pauseAt }, 0)
  const descriptor = { start: at(0), cues: CUES }
  return { epoch, descriptor, clock } as unknown as ShownRun
}

const stageWith = (kept?: KeptTimes) =>
  new Presentation({
    snapshot: { current: () => run },
    clock: virtualClock(1_000),
    kept,
    publish() {},
    commands: {
      async submit(input: unknown) {
        const { name, args } = input as { name: string; args: Record<string, unknown> }
        sent.push([name, args])
        return { id: 'x', status: 200, ok: true, ...answer } as CommandReply
      },
    },
  })

beforeEach(() => {
  sent = []
  answer = { ok: true }
  run = runAt(1, 5)
  stage = stageWith()
})

describe('the stage', () => {
  it('leaves the city alone where the cue is the one it is at', () => {
    stage.take({ cue: 0 })
    expect([stage.view().cue, sent]).toEqual([0, []])
  })

  it('jumps ahead, at the speed of the cue, and stands where it holds', () => {
    stage.take({ cue: 1 })
    stage.take({ cue: 2 })
    expect(sent).toEqual([
      ['clock.speed', { speed: 30 }],
      ['clock.jump', { to: at(30) }],
      ['clock.jump', { to: at(60), hold: true }],
    ])
  })

  it('goes on from a stop', () => {
    run = runAt(1, 60, 0)
    stage.take({ cue: 3 })
    expect(sent).toEqual([
      ['clock.resume', {}],
      ['clock.jump', { to: at(90) }],
    ])
  })

  it('goes back by another run, and follows its clock only when that has arrived', () => {
    run = runAt(1, 100)
    stage.take({ cue: 1 })
    stage.follow()
    expect([stage.view().cue, sent.at(-1)]).toEqual([1, ['run.restart', { at: 'PT30M' }]])
    run = runAt(2, 1)
    stage.follow()
    expect(stage.view().cue).toBe(1)
    run = runAt(2, 31)
    stage.follow()
    expect([stage.view().cue, sent.at(-1)]).toEqual([1, ['clock.pause', { at: at(60) }]])
    run = runAt(2, 61)
    stage.follow()
    expect(stage.view().cue).toBe(2)
  })

  it('asks for no other stop before the clock stands where it was sent', () => {
    run = runAt(1, 30, 60, 30)
    stage.take({ cue: 1 })
    stage.follow()
    expect(sent).toEqual([['clock.speed', { speed: 30 }]])
    run = runAt(1, 30, 0)
    stage.follow()
    expect(sent.at(-1)).toEqual(['clock.pause', { at: at(60) }])
  })

  it('begins anew at the first cue, lit', () => {
    run = runAt(1, 100)
    stage.take({ blank: true })
    expect(stage.view().blank).toBe(true)
    stage.take({ restart: true })
    expect(stage.view()).toEqual({ cue: 0, blank: false, since: 1_000, problem: null })
    expect(sent).toEqual([['run.restart', {}]])
  })

  it('says why the city did not go, and ends', async () => {
    answer = { ok: false, error: 'commands: switched off here' }
    stage.take({ cue: 3 })
    await Promise.resolve()
    await Promise.resolve()
    expect(stage.view().problem).toContain('switched off')
    stage.take({ cue: null })
    expect(stage.view()).toEqual({ cue: null, blank: false, since: null, problem: null })
  })

  it('knows no cue that the walk does not have', () => {
    stage.take({ cue: 4 })
    expect(stage.view().cue).toBeNull()
  })
})

describe('a stage whose city was kept', () => {
  /** The city is on its way until this is settled. */
  let going: PromiseWithResolvers<NextStage | null>
  let journeys: KeptJourney[]
  let taken: StageMessage[]

  beforeEach(() => {
    going = Promise.withResolvers()
    journeys = []
    taken = []
    stage = stageWith({
      go(journey) {
        journeys.push(journey)
        return going.promise
      },
    })
  })

  const settle = async (next: NextStage | null) => {
    going.resolve(next)
    await going.promise
    await new Promise((resolve) => setImmediate(resolve))
  }
  const next = { take: (order: StageMessage) => taken.push(order) }

  it('hands on what was asked for while the city went, and after', async () => {
    stage.take({ restart: true })
    stage.take({ cue: 1 })
    stage.take({ cue: 2 })
    stage.take({ blank: true })
    expect([stage.view().cue, stage.view().blank]).toEqual([2, true])
    expect([journeys.length, sent]).toEqual([1, []])
    await settle(next)
    expect(taken).toEqual([{ blank: true }, { cue: 2 }])
    stage.take({ cue: null })
    stage.follow()
    expect([taken.at(-1), sent]).toEqual([{ cue: null }, []])
  })

  it('does it itself, one after the other, where the city did not go', async () => {
    run = runAt(1, 100)
    stage.take({ cue: 1 })
    stage.take({ restart: true })
    expect(stage.view().cue).toBe(0)
    await settle(null)
    expect(sent).toEqual([
      ['clock.speed', { speed: 30 }],
      ['run.restart', { at: 'PT30M' }],
      ['run.restart', {}],
    ])
  })

  it('keeps what is asked for before it knows the run', async () => {
    const known = run
    run = null as unknown as ShownRun
    stage.take({ cue: 1 })
    stage.follow()
    expect(journeys).toEqual([])
    run = known
    stage.follow()
    expect(journeys.map(({ at: to }) => isoTime(to))).toEqual([at(30)])
  })
})
