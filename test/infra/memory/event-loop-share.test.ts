// An appender in a tight loop: acknowledged at once, and now and then only after the event loop ran.
import { expect, it } from 'vitest'
import { EventLoopShare } from '../../../infra/memory/event-loop-share.ts'

it('lets the event loop run after every MiB, and not before', async () => {
  const share = new EventLoopShare()
  let ran = 0
  const timer = setImmediate(function again() {
    ran++
    setImmediate(again).unref()
  })
  expect(await share.acknowledge(1024 * 1024 - 1, 7n)).toBe(7n)
  expect(ran).toBe(0)
  expect(await share.acknowledge(1, 8n)).toBe(8n)
  expect(ran).toBeGreaterThan(0)
  const before = ran
  expect(await share.acknowledge(1024, 9n)).toBe(9n)
  expect(ran).toBe(before)
  clearImmediate(timer)
})
