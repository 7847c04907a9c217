// The knowledge owner's page.
import { startPage } from "../page_frame.js";

const TABS = [];

startPage("knowledge", TABS);
