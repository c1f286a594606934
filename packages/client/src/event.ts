/** What happened, for logs and counters. No member ever holds a secret. */
export type KeeperEvent =
  | { readonly name: 'renewed'; readonly platform: string; readonly by: 'refresh' | 'sign_in'; readonly durationMs: number }
  | { readonly name: 'renewal_failed'; readonly platform: string; readonly code: string; readonly inBackground: boolean }
  | { readonly name: 'lease_taken_over'; readonly platform: string }
  | { readonly name: 'adopted'; readonly platform: string }
  | { readonly name: 'clock_skew'; readonly platform: string; readonly seconds: number }

export type Observe = (event: KeeperEvent) => void
