// The step of the QR code: shown, replaced when the server has another, left when somebody has scanned it.
import { countDown } from "./countdown.js";
import { byId } from "./dom.js";
import { countdown, instant } from "./format.js";
import { say } from "./words.js";

const OFTEN = 1_500;
const PICTURE = "data:image/svg+xml";
const LINK = "tg://login?token=";

export class QrStep {
  #look;
  #timer = null;
  #stopCounting = () => {};
  #shown = "";

  /** `look()` asks the server how things stand and shows it; a promise. */
  constructor(look) {
    this.#look = look;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#timer !== null) this.#now();
    });
  }

  /** Draw the code that the server has now, and go on asking. */
  draw({ url, image, expires_at: expires }) {
    if (this.#shown !== url) {
      this.#shown = url;
      if (image.startsWith(PICTURE)) byId("qr-image").src = image;
      if (url.startsWith(LINK)) byId("qr-link").href = url;
      const left = Math.max(1, Math.round(((instant(expires)?.getTime() ?? 0) - Date.now()) / 1_000));
      this.#stopCounting();
      this.#stopCounting = countDown(left, (seconds) => {
        byId("qr-wait").textContent = say("qr_new_in", { time: countdown(seconds) });
      });
    }
    this.#later();
  }

  leave() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#stopCounting();
    this.#shown = "";
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(), OFTEN);
  }

  async #now() {
    clearTimeout(this.#timer);
    const timer = this.#timer;
    await this.#look();
    if (this.#timer === timer && timer !== null) this.#later();
  }
}
