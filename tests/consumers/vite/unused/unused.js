import { createClient, ReelayError } from "reelay";

globalThis.report = "nothing of it is used";
