// The counters of what was read stand at 0 before anything goes wrong, so that the first time is seen too.
import { expect, it } from 'vitest'
import { createMetrics } from '../../../../infra/metrics.ts'
import { TaskCounters } from '../../../../processor/runtime/tasks/task-counters.ts'

const batch = { topic: 't', partition: 0, records: [], next: 0n, end: 0n }

it('has a counter of every outcome from the first batch of a topic on', async () => {
  const metrics = createMetrics({ defaults: false })
  const counters = new TaskCounters(metrics)
  counters.count('folded')
  counters.batch(batch, 0)
  const name = 'huacheng_processor_records_total'
  const said = async () => await metrics.registry.metrics()
  expect(await said()).toContain(`${name}{topic="t",outcome="folded"} 1`)
  expect(await said()).toContain(`${name}{topic="t",outcome="dead-letter"} 0`)
  counters.count('dead-letter')
  counters.batch(batch, 0)
  expect(await said()).toContain(`${name}{topic="t",outcome="dead-letter"} 1`)
  expect(await said()).toContain(`${name}{topic="t",outcome="folded"} 1`)
})
