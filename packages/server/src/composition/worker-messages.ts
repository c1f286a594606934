/** What the process that watches and the processes that answer say to each other. All of it is JSON. */
import type { Registry } from 'prom-client'
import type { StartRefusal } from '../cli/cli-deps.ts'
import type { OutboxMessage } from '../delivery/outbox.ts'
import type { DemoView } from '../demo/run-demo.ts'

export type Figures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

export type FromWorker =
  | { readonly kind: 'listening'; readonly port: number }
  /** It does not start, and it would not if it were tried again. */
  | { readonly kind: 'refused'; readonly refusal: StartRefusal }
  /** A demo's worker would have sent it. */
  | { readonly kind: 'posted'; readonly message: OutboxMessage }
  | { readonly kind: 'figures'; readonly asked: number; readonly figures: Figures }

export type ToWorker =
  /** A demo's tenants and passwords are there. */
  | { readonly kind: 'furnished'; readonly demo: DemoView | undefined }
  /** What all workers of a demo would have sent, the newest first. */
  | { readonly kind: 'posted'; readonly outbox: readonly OutboxMessage[] }
  | { readonly kind: 'tell_figures'; readonly asked: number }
