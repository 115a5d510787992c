// Counts a vitest JSON report so that nothing which went wrong, or did not run at all, passes for green.

export type Report = {
  numPassedTests: number
  numFailedTests: number
  numTotalTests: number
  success: boolean
  testResults: TestFile[]
}

/** Times in ms: from its first test to the end of its last. */
type TestFile = {
  name: string
  status: string
  assertionResults: Assertion[]
  startTime: number
  endTime: number
}

type Assertion = { fullName: string; status: string; failureMessages?: string[] }

export type Count = { passed: number; failed: number; remarks: string[] }

/** Each failed test with its file and the first line of what went wrong: a long log is often kept by its end alone. */
export function failuresIn(report: Report | null): string[] {
  const files = report?.testResults ?? []
  return files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => {
        const why = failureMessages?.[0]?.split('\n')[0] ?? 'no message'
        return `${name}: ${fullName}: ${why}`
      }),
  )
}

/** The files that took longest, as `<seconds> s <file>`: a lane gets long by one of them after the other. */
export function slowestIn(report: Report | null, most = 10): string[] {
  const took = ({ startTime, endTime }: TestFile) => endTime - startTime
  return (report?.testResults ?? [])
    .toSorted((a, b) => took(b) - took(a))
    .slice(0, most)
    .map((file) => `${(took(file) / 1000).toFixed(1).padStart(6)} s  ${file.name}`)
}

/** `report` null = none was written; `code` = vitest's exit code. At least 1 failed unless everything is in order. */
export function countReport(report: Report | null, code: number): Count {
  if (!report) return { passed: 0, failed: 1, remarks: ['vitest wrote no report'] }
  const remarks: string[] = []
  const { numPassedTests: passed, numFailedTests, numTotalTests } = report
  // A file that does not load has no failed test of its own.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  for (const { name } of broken) remarks.push(`${name} did not load`)
  const skipped = numTotalTests - passed - numFailedTests
  if (skipped > 0) remarks.push(`${skipped} skipped`)
  const failed = numFailedTests + broken.length
  if (passed + failed === 0) return { passed, failed: 1, remarks: [...remarks, 'ran no test'] }
  if (failed === 0 && (code !== 0 || !report.success)) {
    return { passed, failed: 1, remarks: [...remarks, `vitest ended with code ${code}, see above`] }
  }
  return { passed, failed, remarks }
}

/** The last lines of a program's output that are not empty; never none, so that whoever lists them says something. */
export class LastLines {
  readonly #most: number
  #text = ''

  constructor(most: number) {
    this.#most = most
  }

  add(text: string): void {
    this.#text = `${this.#text}${text}`
      .split('\n')
      .slice(-3 * this.#most)
      .join('\n')
  }

  get lines(): string[] {
    const lines = this.#text.split('\n').filter((line) => line.trim() !== '')
    return lines.length > 0 ? lines.slice(-this.#most) : ['said nothing']
  }
}
