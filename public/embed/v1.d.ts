// Types of <playhead-viewer>, version 1. What everything means is in docs/embedding.md. Times are seconds.

/** A number of seconds, or a time as clocks show it: "1:02.5". */
export type Time = number | string;
export interface Range {
  begin: number;
  end: number;
}
export type Mode = "mini" | "player" | "devtools";
export type Theme = "host" | "system" | "light" | "dark";
export type Keyboard = "focus" | "off" | "global";
export type Panel =
  | "console" | "source" | "stack" | "scopes" | "points" | "compare" | "network" | "elements" | "events" | "protocol";
export type Phase = "waiting" | "closed" | "loading" | "ready" | "reconnecting" | "failed";

export type ErrorCode =
  | "handshake_timeout" | "reloaded" | "destroyed" | "version" | "origin_refused" | "unknown_request" | "bad_request"
  | "not_granted" | "declined" | "closed" | "refused" | "connection_lost" | "no_picture" | "not_found" | "unsupported";

/** What calls reject with, and what the event `error` brings. */
export interface PlayheadError extends Error {
  readonly name: "PlayheadError";
  readonly code: ErrorCode;
  /** Whether the same may work another time. */
  readonly recoverable: boolean;
  readonly detail?: unknown;
}

export interface SourceShown {
  url: string | null;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** What is known of the recording and the moment. */
export interface State {
  phase: Phase;
  t: number;
  /** An execution point: a whole number that may be too large for a number. */
  point: string | null;
  duration: number;
  playing: boolean;
  speed: number;
  loop: boolean;
  skipInactive: boolean;
  live: boolean;
  focus: Range | null;
  frame: number;
  mode: Mode;
  keyboard: Keyboard;
  theme: Exclude<Theme, "host">;
  lang: string;
  /** The rest is there only for pages that may read content. */
  title?: string;
  url?: string;
  source?: SourceShown | null;
}

/** What each event brings as its detail. */
export interface Details {
  ready: { version: string; caps: string[] };
  "load-start": {};
  "load-progress": { percent: number };
  loaded: { duration: number; live: boolean };
  error: { code: ErrorCode; message: string; recoverable: boolean; detail?: unknown };
  play: {};
  pause: {};
  timeupdate: { t: number };
  seeking: { t: number };
  seeked: { t: number; point: string | null };
  pointchange: { t: number; point: string };
  focuschange: { range: Range | null };
  selectionchange: { frame: number };
  sourceopen: { source: SourceShown | null };
  resize: { width: number; height: number };
  connection: { phase: Phase };
  hover: { t: number | null };
}

export interface Captured {
  blob: Blob;
  width: number;
  height: number;
  t: number;
}

export interface LoadOptions {
  /** The id of a recording, at the service that `src` names or at the viewer's own server. */
  recording?: string;
  title?: string;
}

export class PlayheadViewerElement extends HTMLElement {
  /** The version of this element. */
  readonly version: string;
  /** What the page in the frame said last. */
  readonly state: Readonly<Partial<State> & { phase: Phase; error?: Details["error"] }>;
  /** Proves to the service who asks. Sent to the page in the frame alone, never part of an address. */
  set token(token: string);

  /** Opens a file, its address, or a service's recording. Buffers and streams are handed over, not copied. */
  load(source: string | Blob | ArrayBuffer | ReadableStream<Uint8Array>, options?: LoadOptions): Promise<State>;
  /** Opens a recording of the viewer's own server. */
  load(source: undefined, options: LoadOptions & { recording: string }): Promise<State>;
  close(): Promise<State>;
  /** Takes the viewer off the page. Nothing of it is left, and nothing can be asked of it any more. */
  destroy(): void;

  play(): Promise<State>;
  pause(): Promise<State>;
  /** Goes to a moment. With `scrub` it is only passed through: cheap, and as often as you like. */
  seek(to: { t: Time; point?: string; scrub?: boolean } | { point: string; t?: Time }): Promise<State>;
  step(kind?: "over" | "in" | "out", direction?: "forward" | "back"): Promise<State>;
  setFocus(range: { begin: Time; end: Time } | string | null): Promise<State>;
  setSpeed(speed: number): Promise<State>;
  setPanels(panels: Panel[]): Promise<State>;
  setTheme(theme: Theme): Promise<State>;
  setLang(lang: string): Promise<State>;
  openSource(place: { url: string; line?: number; column?: number }): Promise<State>;
  select(what: { frame: number }): Promise<State>;
  /** Shows on the timeline where the pointer of your own page is in time; null for nowhere. */
  hover(t: number | null): void;

  getState(): Promise<State>;
  getPermalink(): Promise<string>;
  /** The picture of the moment, for pages that may read content. */
  capture(options?: { type?: "image/png" | "image/jpeg" | "image/webp"; maxWidth?: number }): Promise<Captured>;

  addEventListener<K extends keyof Details>(
    name: K, listener: (this: PlayheadViewerElement, event: CustomEvent<Details[K]>) => void, options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(name: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof Details>(
    name: K, listener: (this: PlayheadViewerElement, event: CustomEvent<Details[K]>) => void, options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(name: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "playhead-viewer": PlayheadViewerElement;
  }
}
