// Seconds that run down by the clock, not by how often the page was allowed to look at it.

/** Call `tick(seconds)` now and each second, and `end()` once at zero; returns what stops it. */
export function countDown(seconds, tick, end = () => {}) {
  const deadline = performance.now() + seconds * 1_000;
  let timer = null;
  const look = () => {
    const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1_000));
    tick(left);
    if (left > 0) return;
    clearInterval(timer);
    timer = null;
    end();
  };
  timer = setInterval(look, 1_000);
  look();
  return () => clearInterval(timer);
}
