// Problems stay, the newest five, each once; troubles go by name when they are over.
import { describe, expect, it } from 'vitest'
import { Notices } from '../../../../console/web/store/notices.ts'

describe('notices', () => {
  it('keep the newest problems, each once', () => {
    const notices = new Notices()
    for (const text of ['a', 'b', 'a', 'c', 'd', 'e', 'f']) notices.problem(text)
    expect(notices.problems.value).toEqual(['a', 'c', 'd', 'e', 'f'])
  })

  it('say what is being tried again until it works', () => {
    const notices = new Notices()
    notices.trouble('city', 'no answer')
    notices.trouble('opening', 'no answer')
    const before = notices.troubles.value
    notices.trouble('city', 'no answer')
    expect(notices.troubles.value).toBe(before)
    notices.trouble('city', null)
    expect([...notices.troubles.value]).toEqual([['opening', 'no answer']])
  })
})
