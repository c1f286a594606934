/** What text messages say. No link: nobody learns from us to follow one. */
import type { CodeMessage, NoticeKind, NoticeMessage, TextMessage } from './message.ts'
import { isOnePart, sayShortly } from './sign-in-details.ts'

type Texts = Readonly<Record<CodeMessage['purpose'], string>>

const TEXTS: Readonly<Record<string, Texts>> = {
  en: {
    registration: '%code% is your code to register. Nobody from us will ask you for it.',
    recovery: '%code% is your code to set a new password. Nobody from us will ask you for it.',
    number_change: '%code% is your code to confirm this number. Nobody from us will ask you for it.',
    sign_in: '%code% is your code to sign in. Nobody from us will ask you for it.',
    do_not_call: '%code% is the code with which you allow calls to this number.',
  },
  de: {
    registration: '%code% ist Ihr Code für die Registrierung. Niemand von uns fragt Sie danach.',
    recovery: '%code% ist Ihr Code für ein neues Passwort. Niemand von uns fragt Sie danach.',
    number_change: '%code% ist Ihr Code, um diese Nummer zu bestätigen. Niemand von uns fragt Sie danach.',
    sign_in: '%code% ist Ihr Code für die Anmeldung. Niemand von uns fragt Sie danach.',
    do_not_call: '%code% ist der Code, mit dem Sie Anrufe an diese Nummer erlauben.',
  },
  hi: {
    registration: '%code% पंजीकरण के लिए आपका कोड है। हमारी ओर से कोई इसे नहीं पूछेगा।',
    recovery: '%code% नया पासवर्ड बनाने के लिए आपका कोड है। हमारी ओर से कोई इसे नहीं पूछेगा।',
    number_change: '%code% इस नंबर की पुष्टि के लिए आपका कोड है। हमारी ओर से कोई इसे नहीं पूछेगा।',
    sign_in: '%code% साइन इन के लिए आपका कोड है। हमारी ओर से कोई इसे नहीं पूछेगा।',
    do_not_call: '%code% वह कोड है जिससे आप इस नंबर पर कॉल की अनुमति देते हैं।',
  },
}

const NOTICES: Readonly<Record<string, Readonly<Record<NoticeKind, string>>>> = {
  en: {
    number_known:
      'Somebody wants to register at %host% with this number. You have an account there already. If it was not you, you need do nothing.',
    number_wanted:
      'Somebody wants this number for an account at %host%. It belongs to yours there. If it was not you, you need do nothing.',
    number_changed:
      'The number of your account at %host% was changed, and this one is its no longer. If it was not you, tell those who run it at once.',
    password_changed: 'The password of your account at %host% was changed. If it was not you, set a new one there now.',
    new_device: 'Somebody signed in to your account at %host% with a new browser. If it was not you, set a new password there now.',
    deletion_planned: 'Your account at %host% will be deleted in 14 days. If it was not you, or you want to keep it, sign in there before.',
  },
  de: {
    number_known:
      'Jemand möchte sich bei %host% mit dieser Nummer registrieren. Sie haben dort schon ein Konto. Waren Sie es nicht, müssen Sie nichts tun.',
    number_wanted:
      'Jemand möchte diese Nummer für ein Konto bei %host%. Sie gehört dort zu Ihrem. Waren Sie es nicht, müssen Sie nichts tun.',
    number_changed:
      'Die Nummer Ihres Kontos bei %host% wurde geändert, diese gehört nicht mehr dazu. Waren Sie es nicht, sagen Sie es gleich dem Betreiber.',
    password_changed: 'Das Passwort Ihres Kontos bei %host% wurde geändert. Waren Sie es nicht, setzen Sie dort jetzt ein neues.',
    new_device:
      'Jemand hat sich mit einem neuen Browser in Ihrem Konto bei %host% angemeldet. Waren Sie es nicht, setzen Sie dort jetzt ein neues Passwort.',
    deletion_planned:
      'Ihr Konto bei %host% wird in 14 Tagen gelöscht. Waren Sie es nicht, oder wollen Sie es behalten, melden Sie sich vorher dort an.',
  },
  hi: {
    number_known: 'कोई इस नंबर से %host% पर पंजीकरण करना चाहता है। वहाँ आपका खाता पहले से है। यदि यह आप नहीं थे, तो आपको कुछ नहीं करना है।',
    number_wanted: 'कोई इस नंबर को %host% पर एक खाते के लिए चाहता है। वहाँ यह आपके खाते का है। यदि यह आप नहीं थे, तो आपको कुछ नहीं करना है।',
    number_changed: '%host% पर आपके खाते का नंबर बदला गया है, यह नंबर अब उसका नहीं है। यदि यह आपने नहीं किया, तो तुरंत सेवा देने वालों को बताएँ।',
    password_changed: '%host% पर आपके खाते का पासवर्ड बदला गया है। यदि यह आपने नहीं किया, तो वहाँ अभी नया पासवर्ड बनाएँ।',
    new_device: '%host% पर आपके खाते में एक नए ब्राउज़र से साइन इन हुआ है। यदि यह आप नहीं थे, तो वहाँ अभी नया पासवर्ड बनाएँ।',
    deletion_planned: '%host% पर आपका खाता 14 दिनों में हटा दिया जाएगा। यदि यह आपने नहीं किया, या आप इसे रखना चाहते हैं, तो उससे पहले वहाँ साइन इन करें।',
  },
}

export function textOf(message: TextMessage): string {
  if ('code' in message) return textOfCode(message)
  return textOfDetails(message) ?? textOfNotice(message)
}

function textOfNotice({ notice, language, host }: NoticeMessage): string {
  return ((NOTICES[language] ?? NOTICES.en)?.[notice] ?? '').replace('%host%', () => host)
}

/** Of a sign-in with a new browser, where one part has room for it. */
const WITH_DETAILS: Readonly<Record<string, string>> = {
  en: 'New sign-in at %host%: %details%. Not you? Set a new password there.',
  de: 'Neue Anmeldung bei %host%: %details%. Nicht Sie? Setzen Sie dort ein neues Passwort.',
  hi: '%host%: नया साइन इन %details%। आप नहीं? पासवर्ड बदलें।',
}

function textOfDetails({ details, language, host }: NoticeMessage): string | undefined {
  const text = WITH_DETAILS[language] ?? WITH_DETAILS.en ?? ''
  const said = details === undefined ? [] : sayShortly(details)
  return said.map((one) => text.replace('%host%', () => host).replace('%details%', () => one)).find(isOnePart)
}

/** Its last line binds the code to the host of the page that it is for (https://wicg.github.io/sms-one-time-codes/). */
function textOfCode({ code, purpose, language, host }: Pick<CodeMessage, 'code' | 'purpose' | 'language' | 'host'>): string {
  const text = (TEXTS[language] ?? TEXTS.en)?.[purpose] ?? '%code%'
  return `${text.replace('%code%', code)}\n\n@${host} #${code}`
}
