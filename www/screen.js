// What is on the film: the invitation, a leader that counts the progress, or the video.
import { byId, el, write } from "./dom.js";
import { stateOf } from "./status.js";

const screen = byId("screen");
const film = byId("film");
const leader = byId("leader");
const wedge = byId("leader-wedge");
const number = byId("leader-text");
const slug = byId("slug");
const edge = byId("edge");
const video = byId("video");
const picture = byId("picture");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function showOnScreen(run) {
  const { task, target, clip, phase } = run;
  const url = clip?.state === "ready" ? clip.url : null;
  const still = clip?.kind === "image" || clip?.kind === "cover";
  screen.dataset.shows = url ? "video" : "leader";
  showVideo(still ? null : url);
  showPicture(still ? url : null);
  showLeader(run, phase === "watching" ? task : clip?.state === "loading" ? { progress: clip.total && clip.bytes / clip.total } : null);
  showEdge(["reelay", task?.model, task?.ref.format ?? target.format, target.id].filter(Boolean));
}

/** The page may have been scrolled down to the button that was pressed. */
export const scrollToFilm = () => film.scrollIntoView({ block: "nearest", behavior: calm.matches ? "instant" : "smooth" });

function showVideo(url) {
  if (video.getAttribute("src") === url) return;
  video.hidden = !url;
  if (url) {
    video.autoplay = !calm.matches;
    video.src = url;
  } else {
    video.removeAttribute("src");
    video.load();
  }
}

function showPicture(url) {
  picture.hidden = !url;
  if (url) picture.src = url;
  else picture.removeAttribute("src");
}

/** @param moving what is under way and how far it is; null: nothing is */
function showLeader(run, moving) {
  const { name, word } = stateOf(run);
  const part = moving?.progress || (moving?.status === "running" ? moving.progress : null);
  const counts = part !== null && part !== undefined;
  leader.classList.toggle("moving", moving !== null || run.phase === "watching");
  write(number, counts ? String(Math.round(part * 100)) : "");
  wedge.setAttribute("d", counts ? slice(part) : "");
  slug.dataset.state = name;
  slug.classList.toggle("alone", !counts);
  slug.querySelector("use").setAttribute("href", run.phase === "watching" || counts ? "" : `#mark-${name}`);
  write(slug.querySelector("span"), counts ? (run.phase === "done" ? "percent loaded" : "percent") : word);
}

/** A slice of the clock that begins at twelve. */
function slice(part) {
  const angle = Math.min(part, 0.9999) * 2 * Math.PI;
  const [x, y] = [320 + 124 * Math.sin(angle), 180 - 124 * Math.cos(angle)];
  return `M320 180V56A124 124 0 ${part > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}Z`;
}

/** As on real stock: what film it is, between the picture and the perforation. */
function showEdge(words) {
  const text = words.join("\n");
  if (edge.dataset.text === text) return;
  edge.dataset.text = text;
  edge.replaceChildren(...words.map((word) => el("span", {}, word)));
}

/** The video's own trouble: saving still works. */
export const onVideoError = (tell) => video.addEventListener("error", () => { if (video.getAttribute("src")) tell(); });
