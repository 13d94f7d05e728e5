import { createClient, ReelayError } from "reelay";
import { saveAs } from "reelay/browser";
import { createProxy } from "reelay/proxy";
import { mockRelay } from "reelay/testing";

globalThis.report = "nothing of it is used";
