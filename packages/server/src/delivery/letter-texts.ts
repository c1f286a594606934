/** What letters say. Plain text, no link: nobody learns from us to follow one. The Hindi has not been read by a speaker yet. */
import type { AccountNotice, NoticeLetter } from './message.ts'
import { sayWhen } from './sign-in-details.ts'

interface LetterText {
  readonly subject: string
  readonly text: string
}

interface LetterTexts {
  readonly notices: Readonly<Record<AccountNotice, LetterText>>
  /** Which sign-in is meant: when, with what, from where. */
  readonly details: readonly [when: string, device: string, block: string]
  readonly unknown: string
  /** Under each. */
  readonly closing: string
}

const ENGLISH: LetterTexts = {
  notices: {
    number_changed: {
      subject: 'The number of your account was changed',
      text: 'The telephone number of your account at %host% was changed.\n\nIf it was not you, tell those who run it at once.',
    },
    password_changed: {
      subject: 'The password of your account was changed',
      text: 'The password of your account at %host% was changed, and everybody who was signed in with it was signed out.\n\nIf it was not you, tell those who run it at once.',
    },
    deletion_planned: {
      subject: 'Your account will be deleted',
      text: 'Your account at %host% will be deleted in 14 days.\n\nIf it was not you, or you want to keep it, sign in there before.',
    },
    new_device: {
      subject: 'Somebody signed in with a new browser',
      text: 'Somebody signed in to your account at %host% with a browser that it did not know.\n\nIf it was not you, set a new password there now.',
    },
  },
  details: ['Time', 'Browser', 'From'],
  unknown: 'unknown',
  closing:
    'This letter has no link, and nobody from us will ask you for a password or a code. It was sent by a machine; nobody reads answers.',
}

const GERMAN: LetterTexts = {
  notices: {
    number_changed: {
      subject: 'Die Nummer Ihres Kontos wurde geändert',
      text: 'Die Telefonnummer Ihres Kontos bei %host% wurde geändert.\n\nWaren Sie es nicht, sagen Sie es gleich dem Betreiber.',
    },
    password_changed: {
      subject: 'Das Passwort Ihres Kontos wurde geändert',
      text: 'Das Passwort Ihres Kontos bei %host% wurde geändert, und alle, die damit angemeldet waren, wurden abgemeldet.\n\nWaren Sie es nicht, sagen Sie es gleich dem Betreiber.',
    },
    deletion_planned: {
      subject: 'Ihr Konto wird gelöscht',
      text: 'Ihr Konto bei %host% wird in 14 Tagen gelöscht.\n\nWaren Sie es nicht, oder wollen Sie es behalten, melden Sie sich vorher dort an.',
    },
    new_device: {
      subject: 'Anmeldung mit einem neuen Browser',
      text: 'Jemand hat sich bei Ihrem Konto bei %host% mit einem Browser angemeldet, den es nicht kannte.\n\nWaren Sie es nicht, setzen Sie dort jetzt ein neues Passwort.',
    },
  },
  details: ['Zeit', 'Browser', 'Von'],
  unknown: 'unbekannt',
  closing:
    'In diesem Brief ist kein Link, und niemand von uns fragt Sie nach einem Passwort oder einem Code. Ihn hat eine Maschine geschickt; Antworten liest niemand.',
}

const HINDI: LetterTexts = {
  notices: {
    number_changed: {
      subject: 'आपके खाते का नंबर बदला गया है',
      text: '%host% पर आपके खाते का टेलीफ़ोन नंबर बदला गया है।\n\nयदि यह आपने नहीं किया, तो तुरंत सेवा देने वालों को बताएँ।',
    },
    password_changed: {
      subject: 'आपके खाते का पासवर्ड बदला गया है',
      text: '%host% पर आपके खाते का पासवर्ड बदला गया है, और जो भी उससे साइन इन थे, वे सब साइन आउट हो गए हैं।\n\nयदि यह आपने नहीं किया, तो तुरंत सेवा देने वालों को बताएँ।',
    },
    deletion_planned: {
      subject: 'आपका खाता हटा दिया जाएगा',
      text: '%host% पर आपका खाता 14 दिनों में हटा दिया जाएगा।\n\nयदि यह आपने नहीं किया, या आप इसे रखना चाहते हैं, तो उससे पहले वहाँ साइन इन करें।',
    },
    new_device: {
      subject: 'एक नए ब्राउज़र से साइन इन हुआ है',
      text: '%host% पर आपके खाते में एक ऐसे ब्राउज़र से साइन इन हुआ है जिसे वह नहीं पहचानता था।\n\nयदि यह आप नहीं थे, तो वहाँ अभी नया पासवर्ड बनाएँ।',
    },
  },
  details: ['समय', 'ब्राउज़र', 'कहाँ से'],
  unknown: 'अज्ञात',
  closing: 'इस पत्र में कोई लिंक नहीं है, और हमारी ओर से कोई आपसे पासवर्ड या कोड नहीं पूछेगा। इसे एक मशीन ने भेजा है; उत्तर कोई नहीं पढ़ता।',
}

export const LETTER_TEXTS: Readonly<Record<string, LetterTexts>> = { en: ENGLISH, de: GERMAN, hi: HINDI }

function sayDetails(
  { details, language }: Pick<NoticeLetter, 'details' | 'language'>,
  { details: [when, device, block], unknown }: LetterTexts,
): string {
  if (details === undefined) return ''
  return `\n\n${when}: ${sayWhen(details, language)}\n${device}: ${details.device ?? unknown}\n${block}: ${details.block}`
}

/** The last line says which host it is about, as that of a text message with a code does. */
export function textOfLetter({ notice, details, ...to }: Pick<NoticeLetter, 'notice' | 'details' | 'language' | 'host'>): LetterText {
  const language = to.language in LETTER_TEXTS ? to.language : 'en'
  const texts = LETTER_TEXTS[language] ?? ENGLISH
  const { subject, text } = texts.notices[notice]
  const said = sayDetails({ details, language }, texts)
  return { subject, text: `${text.replace('%host%', () => to.host)}${said}\n\n${texts.closing}\n\n@${to.host}\n` }
}
