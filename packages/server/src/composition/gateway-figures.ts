import { Counter, Gauge, type Registry } from 'prom-client'
import type { CourierAnswer } from '../delivery/courier.ts'
import type { Courier, LetterAnswer, LetterCarrier } from '../delivery/message.ts'
import type { Store } from '../store/store.ts'

/** Figures of a gateway: what became of its messages, and whether they leave. */
export interface GatewayFigures {
  answered(answer: CourierAnswer): void
  received(receipt: 'delivered' | 'undelivered'): void
  watch(courier: Pick<Courier<never>, 'isWell'>): void
}

export function createGatewayFigures(registry: Registry): GatewayFigures {
  const messages = new Counter({
    name: 'ringkey_messages_total',
    help: 'Text messages, by what became of them.',
    labelNames: ['answer'],
    registers: [registry],
  })
  const receipts = new Counter({
    name: 'ringkey_message_receipts_total',
    help: 'Text messages that a message centre has told the end of.',
    labelNames: ['receipt'],
    registers: [registry],
  })
  return {
    answered: (answer) => messages.inc({ answer }),
    received: (receipt) => receipts.inc({ receipt }),
    watch(courier) {
      new Gauge({
        name: 'ringkey_message_gateway_up',
        help: '0 while a gateway that has failed again and again is left alone, in any process.',
        aggregator: 'min',
        registers: [registry],
        collect() {
          this.set(courier.isWell() ? 1 : 0)
        },
      })
    },
  }
}

/** Figures of letters. */
export interface LetterFigures {
  answered(answer: LetterAnswer): void
  /** @param carrier undefined: there is nothing to watch */
  watch(house: { readonly carrier: LetterCarrier | undefined; readonly store: Pick<Store, 'letters'> }): void
}

export function createLetterFigures(registry: Registry): LetterFigures {
  const letters = new Counter({
    name: 'ringkey_letters_total',
    help: 'Attempts to hand a letter to the mail server, by what became of them.',
    labelNames: ['answer'],
    registers: [registry],
  })
  return {
    answered: (answer) => letters.inc({ answer }),
    watch({ carrier, store }) {
      if (carrier === undefined) return
      new Gauge({
        name: 'ringkey_mail_server_up',
        help: '0 while letters do not leave.',
        aggregator: 'min',
        registers: [registry],
        collect() {
          this.set(carrier.isWell() ? 1 : 0)
        },
      })
      new Gauge({
        name: 'ringkey_letters_waiting',
        help: 'Letters that no mail server has taken yet.',
        registers: [registry],
        async collect() {
          this.set(await store.letters.count())
        },
      })
    },
  }
}
