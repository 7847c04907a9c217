// The lead's page.
import { startPage } from "../page_frame.js";

const TABS = [];

startPage("lead", TABS);
