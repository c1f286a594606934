import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createSumOfFigures } from './sum-of-figures.ts'

/** A process that has answered so often, and lives. */
function figuresOf(requests: number) {
  const registry = new Registry()
  new Counter({ name: 'requests', help: 'r', labelNames: ['status'], registers: [registry] }).inc({ status: '200' }, requests)
  new Gauge({ name: 'living', help: 'l', registers: [registry] }).set(1)
  const seconds = new Histogram({ name: 'seconds', help: 's', buckets: [1], registers: [registry] })
  for (let done = 0; done < requests; done += 1) seconds.observe(0.5)
  return registry.getMetricsAsJSON()
}

const lineOf = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(name))

it('figures are added up over the processes that live', async () => {
  const text = await createSumOfFigures().of([await figuresOf(2), await figuresOf(3)])
  expect(lineOf(text, 'requests')).toBe('requests{status="200"} 5')
  expect(lineOf(text, 'living')).toBe('living 2')
  expect(lineOf(text, 'seconds_count')).toBe('seconds_count 5')
})

it('what a process had counted is kept when it has ended, and what it was is not, however many have ended', async () => {
  const sum = createSumOfFigures()
  for (let ended = 1; ended <= 3; ended += 1) {
    sum.keep(await figuresOf(10))
    const text = await sum.of([await figuresOf(1)])
    expect(lineOf(text, 'requests')).toBe(`requests{status="200"} ${10 * ended + 1}`)
    expect(lineOf(text, 'living')).toBe('living 1')
    expect(lineOf(text, 'seconds_bucket{le="1"}')).toBe(`seconds_bucket{le="1"} ${10 * ended + 1}`)
  }
})
