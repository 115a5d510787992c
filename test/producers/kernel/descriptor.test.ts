// What a run's descriptor carries of its scenario besides what happens: a presenter's walk.
import { describe, expect, it } from 'vitest'
import { lampDescriptor, lampScenario, lamps } from '../lamp-city.ts'

const title = (en: string) => ({ zh: en, en })

describe('the cues of a descriptor', () => {
  it('stand in their order, at sim times', () => {
    const camera = { lon: 1, lat: 2, zoom: 3 }
    const cues = [
      { at: 'PT1H', title: title('later'), highlight: ['lamp.coverage'] },
      { at: 'PT0S', title: title('first'), camera },
    ]
    expect(lampDescriptor(lampScenario({ cues }), lamps(2)).cues).toEqual([
      { at: '2025-06-18T08:30:00.000Z', title: title('first'), camera },
      { at: '2025-06-18T09:30:00.000Z', title: title('later'), highlight: ['lamp.coverage'] },
    ])
  })

  it('are left out where a scenario has none', () => {
    expect(lampDescriptor(lampScenario(), lamps(2))).not.toHaveProperty('cues')
  })
})
