// Where in a tape a shared page is, and how fast it goes on from there: play, pause, seek, a loop, speeds. No page, no timers: whoever
// plays it asks again and again.

/** Tape ms after the city came to its end for what was said of it. */
const TAIL_MS = 2_000

/** What is said of time, by tape ms: `sim` never falls. */
export function timesOf(messages) {
  const times = []
  for (const [at, message] of messages) {
    if (typeof message !== 'string') continue
    const { op, clock: said, run, serverTime } = JSON.parse(message)
    const clock = op === 'hello' ? run.clock : op === 'agg' ? said : null
    if (!clock) continue
    const moved = clock.status === 'running' ? (serverTime - clock.wallAnchor) * clock.speed : 0
    const sim = Math.min(clock.simAnchor + Math.max(0, moved), clock.horizon, clock.end)
    const before = times.at(-1)
    // One time at each moment: where a busy machine heard of several at once, the last holds, and every time has its own moment.
    if (before?.at !== at) times.push({ at, sim: Math.max(sim, before?.sim ?? 0) })
    else if (times.length > 1) before.sim = Math.max(sim, before.sim)
  }
  return times
}

const between = (x, [x0, y0], [x1, y1]) =>
  x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)

export class TapePlayer {
  /** `now`: wall ms; `moments`: what happens in the city, as GET /api/replay says it. */
  constructor(messages, { now, windowMs, tickMs, moments }) {
    const times = timesOf(messages)
    this.now = now
    Object.assign(this, { windowMs, tickMs, moments })
    this.from = times[0].sim
    this.to = times.at(-1).sim
    this.first = firstWhole(messages)
    // Before that a page would have nothing to show: until then the city stands at its beginning.
    const later = times.filter(({ at }) => at > this.first)
    this.times = [{ at: this.first, sim: this.from }, ...later]
    this.last = Math.max(messages.at(-1)[0], this.#tapeAt(this.to) + TAIL_MS)
    this.taped = Math.max(1, ...messages.slice(0, 200).map(([, it]) => speedIn(it)))
    this.speed = this.taped
    this.playing = true
    this.loop = null
    this.#stand(0)
  }

  /** Tape ms: everything said before is known. */
  at() {
    const moved = this.playing ? ((this.now() - this.since) * this.speed) / this.taped : 0
    return Math.min(this.last, this.start + moved)
  }

  /** Sim ms. */
  sim() {
    return this.#simAt(this.at())
  }

  /** How the city's clock stands, in the words of `clock`. */
  clock(clock) {
    const sim = Math.round(this.sim())
    const speed = this.playing ? this.speed : 0
    return {
      ...{ ...clock, status: this.playing ? 'running' : 'paused', simAnchor: sim },
      ...{ wallAnchor: this.now(), speed, asked: this.speed, achieved: speed, pauseAt: null },
      horizon: this.playing ? this.to : sim,
    }
  }

  /** Call it often: at the end it stands, or begins its loop again. True where it went somewhere else. */
  advance() {
    if (!this.playing) return false
    if (this.loop && this.sim() >= this.loop.to) return this.#go(this.loop.from, true)
    if (this.at() >= this.last) this.#stand(this.last, false)
    return false
  }

  /** Obeys; `moved` = it went somewhere else. Throws an Error that says why it does not. */
  obey(name, args) {
    if (name === 'clock.pause') this.#stand(this.at(), false)
    else if (name === 'clock.resume') {
      if (this.at() >= this.last) return { moved: this.#go(this.from, true) }
      this.#stand(this.at(), true)
    } else if (name === 'clock.speed') {
      const at = this.at()
      this.speed = args.speed
      this.#stand(at)
    } else if (name === 'clock.jump') {
      return { moved: this.#go(Date.parse(args.to), !args.hold && this.playing) }
    } else if (name === 'run.restart') return { moved: this.#go(this.from, true) }
    else if (name === 'replay.step') return { moved: this.#go(this.#stepTo(args), false) }
    else if (name === 'replay.next') return { moved: this.#go(this.#nextMoment(args), false) }
    else if (name === 'replay.loop') return { moved: this.#setLoop(args) }
    else throw new Error('')
    return { moved: false }
  }

  #stand(at, playing = this.playing) {
    this.start = Math.max(this.first, at)
    this.since = this.now()
    this.playing = playing
  }

  #go(sim, playing) {
    const time = Math.max(this.from, Math.min(this.to, sim))
    this.#stand(time >= this.to ? this.last : this.#tapeAt(time), playing && time < this.to)
    return true
  }

  #stepTo({ by, back }) {
    if (by === 'event') throw new Error('单个事件不在此文件中 · single events are not in this file')
    if (by !== 'window') throw new Error('')
    const windows = this.sim() / this.windowMs
    // Between two messages the time is known to a few ms.
    const part = 100 / this.windowMs
    return (back ? Math.ceil(windows - part) - 1 : Math.floor(windows + part) + 1) * this.windowMs
  }

  #nextMoment({ back }) {
    const now = this.sim()
    const times = this.moments.map(({ at }) => Math.ceil(at / this.tickMs) * this.tickMs)
    const inside = times.filter((time) => time >= this.from && time <= this.to)
    const time = back
      ? inside.findLast((it) => it < now - this.tickMs)
      : inside.find((it) => it > now + 100)
    if (time === undefined)
      throw new Error('此处再无事件或告警 · no more incident or alert this way')
    return time
  }

  #setLoop({ from, to }) {
    this.loop =
      from || to
        ? { from: from ? Date.parse(from) : this.from, to: to ? Date.parse(to) : this.to }
        : null
    if (!this.loop) return this.#go(this.sim(), this.playing)
    const isInside = this.sim() >= this.loop.from && this.sim() < this.loop.to
    return this.#go(isInside ? this.sim() : this.loop.from, this.playing)
  }

  #simAt(at) {
    const next = this.times.findIndex((time) => time.at > at)
    if (next < 0) return this.to
    if (next === 0) return this.from
    const [a, b] = [this.times[next - 1], this.times[next]]
    return between(at, [a.at, a.sim], [b.at, b.sim])
  }

  #tapeAt(sim) {
    const next = this.times.findIndex((time) => time.sim >= sim)
    if (next <= 0) return 0
    const [a, b] = [this.times[next - 1], this.times[next]]
    return between(sim, [a.sim, a.at], [b.sim, b.at])
  }
}

/** Tape ms at which a page knows the city: who it is, how its clock stands, and, where it was said, where everything is. */
function firstWhole(messages) {
  const isStand = (it) => typeof it === 'string' && it.includes('"op":"agg"')
  const firsts = [isStand, (it) => typeof it !== 'string'].map(
    (isSo) => messages.find(([, it]) => isSo(it))?.[0] ?? 0,
  )
  return Math.max(...firsts)
}

/** Sim seconds per wall second that a message says. */
function speedIn(message) {
  const { op, clock } = typeof message === 'string' ? JSON.parse(message) : {}
  return op === 'agg' && clock.status === 'running' ? clock.speed : 0
}
