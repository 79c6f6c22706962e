// Frames from the server: decoded, and handed to the one builder of their kind. A bad frame never stops the page.

/** The frame in `data`, or null if it isn't one. */
export function decode(data) {
  if (typeof data !== "string") return null;
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return null;
  }
  const isObject = frame !== null && typeof frame === "object" && !Array.isArray(frame);
  return isObject && typeof frame.type === "string" ? frame : null;
}

/** A field that should be a list, as one. */
export const listOf = (field) => (Array.isArray(field) ? field : []);

/** Show the frame in `data` with the builder of its kind; true if it was shown. */
export function deliver(data, builders, terminal) {
  const frame = decode(data);
  if (frame === null || !Object.hasOwn(builders, frame.type)) {
    console.warn("A frame was left out:", frame?.type ?? "not a frame");
    return false;
  }
  try {
    builders[frame.type](frame, terminal);
  } catch (error) {
    console.warn("A frame could not be shown:", frame.type, error);
    return false;
  }
  return true;
}
