// Begins the log of the first document of a thread.

byte(0xa2);
number(performance.timeOrigin);
if (isMain) {
  navigation('load');
  startDom();
} else {
  tick();
  if (typeof hookWindow === 'function') hookWindow(globalThis);
}
