// The parts of a program: whoever dies is noticed, and all are stopped, the newest first, whatever fails.
import { describe, expect, it } from 'vitest'
import { type Closer, closeAll, ProgramParts } from '../../../commands/wiring/program-parts.ts'

function part(stopped: string[], name: string) {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  done.catch(() => {})
  return { done, end: resolve, die: reject, stop: async () => void stopped.push(name) }
}

async function closed(closers: Closer[]): Promise<string[]> {
  const said: string[] = []
  await closeAll(closers, {
    begins: (what) => said.push(what),
    failed: (what, error) => said.push(`${what}: ${error.message}`),
  })
  return said
}

describe('the parts of a program', () => {
  it('are stopped, the newest first', async () => {
    const stopped: string[] = []
    const parts = new ProgramParts()
    for (const name of ['a', 'b', 'c']) parts.own(part(stopped, name))
    expect(await closed(parts.close())).toEqual(['part 1', 'part 2', 'part 3'])
    expect(stopped).toEqual(['c', 'b', 'a'])
  })

  it('that fail to stop are named, and keep none of the others', async () => {
    const stopped: string[] = []
    const parts = new ProgramParts()
    parts.own(part(stopped, 'a'))
    parts.own({ ...part(stopped, 'b'), stop: () => Promise.reject(new Error('died before')) })
    expect(await closed(parts.close())).toEqual(['part 1', 'part 1: died before', 'part 2'])
    expect(stopped).toEqual(['a'])
  })

  it('that come when all is over are stopped at once', () => {
    const stopped: string[] = []
    const parts = new ProgramParts()
    parts.close()
    parts.own(part(stopped, 'late'))
    expect(stopped).toEqual(['late'])
  })

  it('are missed when they die, and when they end by themselves', async () => {
    for (const end of ['die', 'end'] as const) {
      const parts = new ProgramParts()
      const one = part([], 'a')
      parts.own(one)
      one[end](new Error('gone') as never)
      await expect(parts.died).rejects.toThrow(end === 'die' ? 'gone' : 'ended by itself')
    }
  })
})
