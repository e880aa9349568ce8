// Put every module's listeners in place, then start.
import { start } from "./page.js";
import "./kit.js";
import "./slack.js";
import "./desk.js";
import "./drive.js";
import "./clock.js";

start();
