// Times that the server wrote in UTC, for whoever has no scripts, are shown in the reader's own zone.
import { dateAndTime, instant, wholeMoment } from "./format.js";

for (const element of document.querySelectorAll("main time[datetime]")) {
  const date = instant(element.dateTime);
  if (date === null) continue;
  element.textContent = dateAndTime(date);
  element.title = wholeMoment(date);
}
