// Every sentence that scripts show, in one place, so that they can be translated.

const ENGLISH = {
  show: "Show",
  hide: "Hide",
  copy: "Copy",
  copied: "Copied",
  csv: "CSV",
  run_again: "Run again",
  dont_wait: "Don’t wait",
  stop: "Stop",
  cancel: "Cancel",
  close: "Close",

  // the status bar
  open: "Open",
  ended: "Ended",
  locked: "Locked",
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Reconnecting",
  full: "Full access",
  view: "View only",
  no_time: "–",
  left_hours: "{hours} h {minutes} min",
  left_minutes: "{minutes} min",
  left_seconds: "under a minute",

  // the connection
  lost: "Connection lost. Trying again; your line is kept.",
  back: "Connected again.",
  not_sent: "Not connected yet. Your line is kept; run it when the connection is back.",
  lost_while_running: "The connection was lost before the answer was complete.",
  lost_while_running_more:
    "What was only asked can be asked again. If the line changes something, look first whether it did.",
  session_ended: "Your session has ended.",
  session_locked: "Your session is locked in this browser.",
  start_again: "Start a new session",
  unlock: "Open it here",
  too_long: "This line is too long.",

  // answers
  nothing: "Nothing to show.",
  status_cancelled: "Stopped",
  status_unknown: "It may have been done, or not",
  status_error: "Didn’t work",
  chats_one: "{n} chat",
  chats_other: "{n} chats",
  users_one: "{n} person",
  users_other: "{n} people",
  messages_one: "{n} message",
  messages_other: "{n} messages",
  rows_one: "{n} row",
  rows_other: "{n} rows",
  spoken_done: "{line}: {result}",
  wait_goes_on: "Your command goes on by itself in",
  wait_free: "You can run it again in",
  wait_over: "You can run it again now.",
  download: "Download {name}",
  link: "Link",
  yes: "yes",
  no: "no",
  numbers: "Show the numbers as a table",
  of: "{done} of {total}",

  // the prompt
  tip_try: "Try ",
  tip_wide: ", or press ↓ to see every command",
  tip_narrow: ", or tap a word above",
  tip_tab: "Press Tab to see what fits",
  join_title: "Run {n} lines as one?",
  join_text: "You pasted several lines. A command is one line, so they can be joined with spaces.",
  join_yes: "Join them",
  join_no: "Leave them out",

  // a session: start, code, password, end
  ends_tomorrow: "Ends tomorrow at {time}. You can end it sooner at any time.",
  ends_when_left: "Ends when you leave, and tomorrow at {time} at the latest.",
  open_until: "It ends {when}. In Telegram you see it under Devices.",
  tomorrow_at: "tomorrow at {time}",
  today_at: "today at {time}",
  sent_app: "It arrives in your Telegram app, in the chat named Telegram. It is not an SMS.",
  sent_sms: "It arrives as an SMS.",
  sent_call: "Telegram calls your phone and says the code.",
  sent_flash_call: "Telegram calls your phone. The code is in the number that calls.",
  sent_missed_call: "Telegram calls your phone and hangs up. The code is the last digits of the number that called.",
  sent_email: "It arrives by e-mail, at the address you gave Telegram for logging in.",
  sent_fragment: "It waits for you on fragment.com, where this number comes from.",
  sent_other: "Telegram sends it to you.",
  code_digits: "{n}-digit code",
  code: "Code",
  code_missing: "Type the code first.",
  password_missing: "Type the password first.",
  another: "Ask for another code",
  another_in: "Ask for another code in {time}",
  another_sent: "Another code is on its way.",
  replace_title: "End the session that is open elsewhere?",
  replace_text: "A session is open elsewhere. Starting here ends it there.",
  replace_note: "A session is open elsewhere. Starting here ends it there.",
  replace_yes: "End it and start here",
  replace_no: "Leave it",
  end_title: "End this session?",
  end_text: "It is closed here and logged out at Telegram. Starting another takes a new code.",
  end_yes: "End session",
  end_no: "Keep it",
  end_done: "Your session has ended",
  end_logged_out: "It was logged out at Telegram as well, and its key is erased.",
  end_not_logged_out:
    "Its key is erased, so nobody can use it. Telegram could not be told: remove the entry in Telegram, under Devices.",
  end_on: "Continue",
  offline: "The server doesn’t answer. Check your connection and try again.",
  strange: "The server answered in a way this page doesn’t understand. Reload and try again.",
  retry_in: "Try again in {time}.",
  retry_now: "You can try again now.",
};

const catalogue = ENGLISH;
export const locale = document.documentElement.lang || "en";
const plurals = new Intl.PluralRules(locale);

/** The sentence `key`, with `{name}` replaced from `values`. */
export function say(key, values = {}) {
  const sentence = catalogue[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The form of `key` that fits the number `n`; `shown` is how the number is written. */
export function sayMany(key, n, shown = n) {
  const form = `${key}_${plurals.select(n)}`;
  return say(form in catalogue ? form : `${key}_other`, { n: shown });
}

export function has(key) {
  return key in catalogue;
}
