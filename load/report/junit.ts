// A report as `junit.xml`: one test case per threshold, one for the run itself.

import { escaped } from './escaped.ts'
import type { LoadReport } from './report-schema.ts'
import { figure } from './summary.ts'

export function junitXml({ verdict, reasons, thresholds, load, began, ended }: LoadReport): string {
  const invalid = verdict === 'invalid' ? reasons : []
  const failures = thresholds.filter(({ ok }) => !ok).length
  const seconds = ((Date.parse(ended) - Date.parse(began)) / 1000).toFixed(3)
  const cases = thresholds.map(({ text, actual, unit, ok }) => {
    const said = `${figure(actual)} ${unit}`
    const body = ok ? '' : `<failure message="${escaped(`${text}: ${said}`)}"/>`
    return `    <testcase classname="load" name="${escaped(text)}">${body}</testcase>`
  })
  const error = invalid.length > 0 ? `<error message="${escaped(invalid.join('; '))}"/>` : ''
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="huacheng load ${escaped(load.text)}" tests="${thresholds.length + 1}" failures="${failures}" errors="${error ? 1 : 0}" time="${seconds}" timestamp="${escaped(began)}">
    <testcase classname="load" name="the load was the one that was asked for">${error}</testcase>
${cases.join('\n')}
  </testsuite>
</testsuites>
`
}
