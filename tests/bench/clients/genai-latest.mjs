import { GenerateVideosOperation, GoogleGenAI } from "genai-latest";
import { operationsOf } from "../google.mjs";

export const connect = operationsOf(GoogleGenAI, GenerateVideosOperation);
