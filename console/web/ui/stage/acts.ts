// What the stage says of a kill and of a theft: its beats in words, which of them have happened, and how long it took.
import type { DemoHappening, Proved, RunView, Theft } from '../../../messages.ts'
import { hourMinuteSecond, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'

export type Beat = { text: string; more?: string; state: 'done' | 'now' | 'next' }
export type Act = {
  title: string
  /** Wall ms that the story takes so far, or took. */
  elapsedMs: number
  beats: Beat[]
  failed: string | null
  /** Server's wall ms at which it was over; null while it goes on. */
  overAt: number | null
}

const secondsText = (ms: number): string => t('stage.seconds', { n: (ms / 1000).toFixed(1) })
const stateOf = (isDone: boolean, isNow: boolean): Beat['state'] =>
  isDone ? 'done' : isNow ? 'now' : 'next'

/** `now` = wall ms on the server's clock, as everywhere here. */
export function killAct({ at, phase, error, recovery }: DemoHappening, now: number): Act {
  const { successor = null, downMs = null, recoveredMs = null } = recovery ?? {}
  const records = whole(recovery?.records ?? 0, lang.value)
  const failed = phase === 'failed' ? t('demo.failed', { error: error ?? '' }) : null
  const { proved } = recovery ?? {}
  const isBack = recoveredMs !== null
  const beats: Beat[] = [
    {
      text: t('stage.kill.stopped'),
      more: recovery ? t('stage.kill.stopped.more', { victim: recovery.victim }) : undefined,
      state: 'done',
    },
    {
      text: t(successor ? 'stage.kill.rereads' : 'stage.kill.waits', { records }),
      more:
        successor && downMs !== null
          ? t('stage.kill.rereads.more', { successor, after: secondsText(downMs) })
          : undefined,
      state: stateOf(isBack, !failed),
    },
    {
      text: isBack ? provedText(recoveredMs, proved) : t('stage.kill.proof'),
      more: proved && t('stage.kill.proved.more', { finals: whole(proved.finals, lang.value) }),
      state: stateOf(isBack && proved !== undefined, isBack),
    },
  ]
  return {
    title: t('demo.kill'),
    elapsedMs: recoveredMs ?? (failed ? 0 : Math.max(0, now - at)),
    beats: failed ? [] : beats,
    failed,
    overAt: failed ? at : isBack ? at + recoveredMs : null,
  }
}

function provedText(recoveredMs: number, proved: Proved | undefined): string {
  const after = secondsText(recoveredMs)
  if (!proved) return t('stage.kill.caught-up', { after })
  const cells = whole(proved.cells, lang.value)
  return proved.differ === 0
    ? t('stage.kill.equal', { after, cells })
    : t('stage.kill.differ', { after, cells, differ: whole(proved.differ, lang.value) })
}

export function theftAct(
  { at, phase, error, theft }: DemoHappening,
  now: number,
  run: RunView,
): Act {
  const title = t('stage.steal')
  if (phase === 'failed') {
    const failed = t('demo.failed', { error: error ?? '' })
    return { title, elapsedMs: 0, beats: [], failed, overAt: at }
  }
  if (!theft) {
    const beats: Beat[] = [{ text: t('demo.steal.begun'), state: 'now' }]
    return { title, elapsedMs: Math.max(0, now - at), beats, failed: null, overAt: null }
  }
  const { lostAt, namedAt, settledAt } = theft
  return {
    title,
    elapsedMs: (namedAt ?? Math.max(lostAt, now)) - lostAt,
    beats: theftBeats(theft, run),
    failed: null,
    overAt: theft.returnedAt === null ? namedAt : settledAt,
  }
}

function theftBeats(theft: Theft, run: RunView): Beat[] {
  const { lostAt, missedAt, namedAt, returnedAt, settledAt, counted } = theft
  const district = tx(run.scopes.find((s) => s.code === theft.district)?.name)
  const time = hourMinuteSecond(Date.parse(theft.time))
  const of = { asset: theft.asset, seq: theft.seq }
  const beats: Beat[] = [
    {
      text: t('stage.steal.lost', of),
      more: t('stage.steal.lost.more', { district, time, partition: theft.partition }),
      state: 'done',
    },
    {
      text:
        missedAt === null
          ? t('stage.steal.looks')
          : t('stage.steal.missed', { after: secondsText(missedAt - lostAt) }),
      state: stateOf(missedAt !== null, true),
    },
    {
      text:
        namedAt === null
          ? t('stage.steal.unnamed')
          : t('stage.steal.named', { after: secondsText(namedAt - lostAt), ...of }),
      state: stateOf(namedAt !== null, missedAt !== null),
    },
  ]
  if (returnedAt === null) return beats
  const isSettled = settledAt !== null
  const back: Beat = {
    text: isSettled
      ? t('stage.steal.settled', { after: secondsText(settledAt - returnedAt) })
      : t('stage.steal.returned'),
    more: isSettled && counted ? t(`stage.steal.${counted}`) : undefined,
    state: stateOf(isSettled, true),
  }
  // Given back before the account missed it, it need not find it any more.
  return [...beats.filter(({ state }) => state === 'done'), back]
}
