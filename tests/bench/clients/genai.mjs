import { GenerateVideosOperation, GoogleGenAI } from "@google/genai";
import { operationsOf } from "../google.mjs";

export const connect = operationsOf(GoogleGenAI, GenerateVideosOperation);
