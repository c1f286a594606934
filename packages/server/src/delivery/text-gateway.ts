/** The way for text messages that the operator's address names. */
import type { EpochMs } from '../domain/time.ts'
import { createHttpGateway } from './http-gateway.ts'
import type { Gateway, TextMessage } from './message.ts'

export interface TextGatewayOptions {
  /** `http(s):` or `smpp(s):`. */
  readonly url: URL
  readonly secret: string
  /** The machine's clock. */
  readonly now: () => EpochMs
  /** Told of each receipt, where the way has any. */
  readonly onReceipt: (receipt: 'delivered' | 'undelivered') => void
}

export async function openTextGateway({ url, secret, now, onReceipt }: TextGatewayOptions): Promise<Gateway<TextMessage>> {
  if (!url.protocol.startsWith('smpp')) return createHttpGateway({ url, secret, now })
  const { createSmppGateway } = await import('./smpp-gateway.ts') // brings a package that few need
  return createSmppGateway({ url, password: secret, onReceipt })
}
