/** What `starcast studio` serves. */
export { buildStudio } from "./app.js";
export { pagesFolder } from "./pages.js";
export { RunFolders } from "./runs.js";
export { Trainings } from "./trainings.js";
