// Put into a page, ours or another's, before anything else runs: what frames cost while somebody points, drags or turns the
// wheel. Work is counted on the main thread, from the first handler of a frame's input to the task after its painting;
// gaps are from frame to frame as the screen would show them.
const frames = globalThis.frames = { longest: 0 };
{
    const { port1, port2 } = new MessageChannel();
    let kept, begun, last;
    port1.onmessage = () => {
        if (begun === undefined) return;
        kept.work.push(performance.now() - begun);
        begun = undefined;
    };
    const met = (event) => {
        if (!event.isTrusted) return;
        kept.n_events++;
        begun ??= performance.now();
    };
    for (const kind of ["pointermove", "pointerdown", "wheel"]) addEventListener(kind, met, { capture: true, passive: true });
    const next = (now) => {
        if (last !== undefined) kept.gaps.push([now, now - last]);
        last = now;
        if (begun !== undefined) port2.postMessage(null);
        requestAnimationFrame(next);
    };
    new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) kept.tasks.push([startTime, duration]);
    }).observe({ type: "longtask" });
    frames.begin = () => { kept = { n_events: 0, work: [], gaps: [], tasks: [] }; };
    frames.kept = () => kept;
    frames.begin();
    requestAnimationFrame(next);
}
// The task after the frame that is being made.
frames.made = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(null);
});
// The task after the next frame.
frames.painted = () => new Promise(requestAnimationFrame).then(frames.made);
// When a condition held in a frame and that had been painted.
frames.until = async (condition) => {
    do await new Promise(requestAnimationFrame);
    while (!condition());
    return frames.made();
};
