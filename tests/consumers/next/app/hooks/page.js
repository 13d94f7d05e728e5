import { Clip } from "./clip.js";

export const dynamic = "force-dynamic";

export default () => <Clip relay={process.env.RELAY_URL} />;
