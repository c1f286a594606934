/** Adds up reports of Vitest, and names what failed, because the end of a long output is what people see. A file that failed without a failed test (it was not loaded, or not set up) counts as one, and so does a missing report. */
import { readFileSync } from 'node:fs'

let passed = 0
let failed = 0
for (const path of process.argv.slice(2)) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'))
    passed += report.numPassedTests
    failed += report.numFailedTests
    for (const { name, status, assertionResults } of report.testResults) {
      const tests = assertionResults.filter((test) => test.status === 'failed')
      for (const { fullName, failureMessages } of tests)
        console.log(`failed: ${name}: ${fullName}: ${failureMessages[0]?.split('\n')[0] ?? ''}`)
      if (status !== 'failed' || tests.length > 0) continue
      failed += 1
      console.log(`failed: ${name}: not loaded, or not set up`)
    }
  } catch (error) {
    console.error(`no report: ${error.message}`)
    failed += 1
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
